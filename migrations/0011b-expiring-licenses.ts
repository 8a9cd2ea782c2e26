import { Migration } from '@mikro-orm/migrations';

/** Licenses by their ends, as their grants say them: those are written and never changed, so that what changes a license costs no more. */
export class ExpiringLicenses extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    // One that broke off is there, and of no use.
    this.addSql('drop index concurrently if exists license_grant_by_end');
    this.addSql('create index concurrently license_grant_by_end on license_grant (valid_through, license)');
  }

  override down(): void {
    this.addSql('drop index license_grant_by_end');
  }
}
