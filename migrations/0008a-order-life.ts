import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** Tables and columns of order life. Short locks alone: nothing is rewritten, and nothing large is read. */
export class OrderLife extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0008a-order-life.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql(`
      drop table license_series, retired_code, reversal, registration_key_grant;
      alter table license_grant drop column license_status, drop column license_edition, drop column license_extended_by,
        drop column license_anchor,
        drop constraint license_grant_cause_known,
        add constraint license_grant_cause_known check (cause_kind in ('import', 'order', 'registration', 'merge', 'hold'));
      alter table license drop column anchor, drop column revoked_by;
      alter table registration_key drop column anchor, drop column suspended, drop column ended_on, drop column ended_by, drop column grants;
      alter table account drop column claimed;
      alter table message drop column target, drop column stated, drop constraint message_kind_known, drop constraint message_certificate_when_fulfilled,
        add constraint message_kind_known check (kind in ('upgrade-order', 'registration', 'merge-request')),
        add constraint message_certificate_when_fulfilled check ((status = 'fulfilled') = (certificate_number is not null)
          and (certificate_number is null) = (certificate_version is null));`);
  }
}
