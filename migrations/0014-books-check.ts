import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** What the last look at the books found. */
export class BooksCheck extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0014-books-check.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql('drop table books_check');
  }
}
