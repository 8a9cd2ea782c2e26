import { Migration } from '@mikro-orm/migrations';

/** Ends by the day alone, as they are looked for: half as dear for each grant, since those of one day stand in the order in which they were written. */
export class EndsByDay extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    this.#rebuild('license_grant (valid_through)');
  }

  override down(): void {
    this.#rebuild('license_grant (valid_through, license)');
  }

  /** Under another name first; one that broke off is there, and of no use. */
  #rebuild(definition: string): void {
    this.addSql('drop index concurrently if exists license_grant_by_end_anew');
    this.addSql(`create index concurrently license_grant_by_end_anew on ${definition}`);
    this.addSql('drop index concurrently if exists license_grant_by_end');
    this.addSql('alter index license_grant_by_end_anew rename to license_grant_by_end');
  }
}
