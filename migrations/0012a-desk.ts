import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** The operators' desk: roles, audit, messages that were set aside. */
export class Desk extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0012a-desk.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql(
      `drop table audit; drop function audit_is_kept();
       alter table rejected_message drop column set_aside_at, drop column set_aside_by, drop column set_aside_reason;
       alter table api_key drop column role`,
    );
  }
}
