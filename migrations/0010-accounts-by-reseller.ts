import { Migration } from '@mikro-orm/migrations';

/** Looking for the other accounts of a reseller reads them in order, not all accounts. Made without blocking writers. */
export class AccountsByReseller extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    this.addSql('drop index concurrently if exists account_by_reseller');
    this.addSql('create index concurrently account_by_reseller on account (reseller, id)');
  }

  override down(): void {
    this.addSql('drop index account_by_reseller');
  }
}
