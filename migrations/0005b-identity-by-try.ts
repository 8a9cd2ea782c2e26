import { Migration } from '@mikro-orm/migrations';

/**
 * What is a repeat: rules §6. A registration's number is the fingerprint of its content. Made beside the running work; the index of
 * before stands until the new one does, so that there is no moment without the guarantee.
 */
export class IdentityByTry extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    this.addSql('drop index concurrently if exists message_identity_anew');
    this.addSql(
      'create unique index concurrently message_identity_anew on message (kind, number, reseller, attempt) nulls not distinct',
    );
    this.addSql(
      'alter table message drop constraint if exists message_identity, add constraint message_identity unique using index message_identity_anew',
    );
    this.addSql('alter table message validate constraint message_attempt_positive');
  }

  override down(): void {
    this.addSql(
      'alter table message drop constraint message_identity, add constraint message_identity unique nulls not distinct (kind, number, reseller)',
    );
  }
}
