import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** The customer: outgoing mail, members of accounts, sign-in codes. */
export class Customers extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0009-customers.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql('drop table wrong_key_try, sign_in_code, member, mail');
  }
}
