import { Migration } from '@mikro-orm/migrations';

/**
 * Customers who have no account yet, by how their companies' names begin: they are known by their Registration Keys alone. A key of an
 * account, as most orders write, is not in it. Made beside the running work.
 */
export class CompaniesWithoutAccount extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    // One that broke off is there, and of no use.
    this.addSql('drop index concurrently if exists registration_key_by_company');
    this.addSql(
      `create index concurrently registration_key_by_company on registration_key (lower(customer->>'company') text_pattern_ops)
       where account is null`,
    );
  }

  override down(): void {
    this.addSql('drop index registration_key_by_company');
  }
}
