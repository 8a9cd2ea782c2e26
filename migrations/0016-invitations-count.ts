import { Migration } from '@mikro-orm/migrations';

/** Mails that invite count in the limits of mails, beside codes. */
export class InvitationsCount extends Migration {
  override up(): void {
    this.addSql('alter table sign_in_code drop constraint sign_in_code_purpose_known');
    this.addSql(
      `alter table sign_in_code add constraint sign_in_code_purpose_known
         check (purpose in ('sign-in', 'sign-up', 'merge', 'invitation')) not valid`,
    );
    this.addSql('alter table sign_in_code validate constraint sign_in_code_purpose_known');
  }

  override down(): void {
    this.addSql(`delete from sign_in_code where purpose = 'invitation'`);
    this.addSql('alter table sign_in_code drop constraint sign_in_code_purpose_known');
    this.addSql(
      `alter table sign_in_code add constraint sign_in_code_purpose_known check (purpose in ('sign-in', 'sign-up', 'merge'))`,
    );
  }
}
