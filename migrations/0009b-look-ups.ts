import { Migration } from '@mikro-orm/migrations';

/** Accounts by their address, and orders whose names no font can show wholly: few, and looked for by doctor. Made beside the running work. */
export class LookUps extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    this.addSql('drop index concurrently if exists account_by_email');
    this.addSql('create index concurrently account_by_email on account (lower(email))');
    this.addSql('drop index concurrently if exists message_not_printable');
    this.addSql(
      `create index concurrently message_not_printable on message (accepted_at) where notes @> '[{"code": "NOT_PRINTABLE"}]'`,
    );
  }

  override down(): void {
    this.addSql('drop index account_by_email, message_not_printable');
  }
}
