import { Migration } from '@mikro-orm/migrations';

/**
 * The unique indexes of keys, issued licenses and certificates, built anew beside the running work: orders go on meanwhile. Outside of a
 * transaction, so each statement can be repeated when the one behind it failed.
 */
export class OrderLifeIndexes extends Migration {
  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    // A key that has ended makes room for a new one of its suite.
    this.#rebuild(
      'registration_key_one_active_per_account_and_suite',
      'registration_key (account, suite, ended_by) nulls not distinct where alias_of is null and account is not null',
    );
    // What a return revoked makes room for a new code.
    this.#rebuild(
      'license_one_issued_per_account_and_family',
      "license (account, left(pid, 6)) where registration_key is not null and status <> 'merged' and revoked_by is null",
    );
    // A return writes the next version of each certificate that it changes.
    this.addSql('drop index concurrently if exists certificate_one_version_per_message_and_series');
    this.addSql(
      'create unique index concurrently certificate_one_version_per_message_and_series on certificate (message, number)',
    );
    this.addSql('drop index concurrently if exists message_by_changed_order');
    this.addSql(
      "create index concurrently message_by_changed_order on message ((content->>'order')) where kind = 'change-request'",
    );
    this.addSql('alter table certificate drop constraint if exists certificate_one_version_per_message');
    this.addSql('alter table message validate constraint message_kind_known');
    this.addSql('alter table message validate constraint message_certificate_when_fulfilled');
    this.addSql('alter table registration_key validate constraint registration_key_ended_by_something');
    this.addSql('alter table license validate constraint license_revoked_by_a_return');
    this.addSql('alter table license validate constraint license_revoked_by_fkey');
    this.addSql('alter table license_grant validate constraint license_grant_cause_known');
  }

  override down(): void {
    this.addSql('drop index message_by_changed_order');
    this.addSql(`drop index registration_key_one_active_per_account_and_suite`);
    this.addSql(
      'create unique index registration_key_one_active_per_account_and_suite on registration_key (account, suite) where alias_of is null and account is not null',
    );
    this.addSql(`drop index license_one_issued_per_account_and_family`);
    this.addSql(
      "create unique index license_one_issued_per_account_and_family on license (account, left(pid, 6)) where registration_key is not null and status <> 'merged'",
    );
    this.addSql(
      'alter table certificate add constraint certificate_one_version_per_message unique (message)',
    );
    this.addSql('drop index certificate_one_version_per_message_and_series');
  }

  /** Under another name first, so that there is no moment without the guarantee. */
  #rebuild(name: string, definition: string): void {
    this.addSql(`drop index concurrently if exists ${name}_anew`);
    this.addSql(`create unique index concurrently ${name}_anew on ${definition}`);
    this.addSql(`drop index concurrently if exists ${name}`);
    this.addSql(`alter index ${name}_anew rename to ${name}`);
  }
}
