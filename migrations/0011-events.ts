import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** The events that are told of decisions. */
export class Events extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0011-events.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql('drop table event, event_removed, event_relay, expiry_told; drop sequence event_position');
  }
}
