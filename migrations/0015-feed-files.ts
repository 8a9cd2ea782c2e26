import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** Files of drop folders. */
export class FeedFiles extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0015-feed-files.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql('drop table feed_file_row, feed_file');
  }
}
