import { readFileSync } from 'node:fs';
import { Migration } from '@mikro-orm/migrations';

/** Webhooks: endpoints, deliveries, and how far events have become deliveries. */
export class Webhooks extends Migration {
  override up(): void {
    this.addSql(readFileSync(new URL('0013-webhooks.sql', import.meta.url), 'utf8'));
  }

  override down(): void {
    this.addSql('drop table webhook_relay, delivery, webhook_endpoint');
  }
}
