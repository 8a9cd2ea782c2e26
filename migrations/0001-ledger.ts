import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

export class Ledger extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0001-ledger.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql(readFileSync(new URL('0001-ledger.down.sql', import.meta.url), 'utf8'));
  }
}
