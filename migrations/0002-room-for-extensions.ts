import { Migration } from '@mikro-orm/migrations';

/**
 * An extended license changes no indexed column: with room left in its page the new version stays there, and no index is written
 * (PostgreSQL's HOT updates). Pages that are full already fill up as before.
 */
export class RoomForExtensions extends Migration {
  override up(): void {
    this.addSql('alter table license set (fillfactor = 80)');
  }

  override down(): void {
    this.addSql('alter table license reset (fillfactor)');
  }
}
