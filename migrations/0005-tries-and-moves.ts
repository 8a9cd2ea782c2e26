import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

export class TriesAndMoves extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0005-tries-and-moves.sql', import.meta.url), 'utf8'));
  }

  /** Only while no number has a second try. */
  override down(): void {
    this.addSql(`
      drop table catalog_seen, account_move;
      alter table registration_key drop column starts_on;
      alter table message drop constraint message_attempt_positive,
        drop column attempt, drop column replaces, drop column replaced_by;`);
  }
}
