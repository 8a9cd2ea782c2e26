import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** Sign-ins of browsers become rows; a decision on a hold can carry a note for the inside. */
export class SessionsAndNotes extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0007-sessions-and-notes.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql('alter table hold drop column note; drop table shared_secret, web_session');
  }
}
