import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** A ledger gets a name that nothing else has. */
export class LedgerIdentity extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0004-ledger-identity.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql('drop table ledger_identity');
  }
}
