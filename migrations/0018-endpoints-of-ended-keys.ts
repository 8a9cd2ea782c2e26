import { Migration } from '@mikro-orm/migrations';

/** Webhook endpoints may be disabled because their reseller's key has ended. */
export class EndpointsOfEndedKeys extends Migration {
  override up(): void {
    this.addSql(becauseOf(`'BY_OWNER', 'GONE', 'ONLY_FAILURES', 'KEY_ENDED'`));
  }

  override down(): void {
    this.addSql(
      `update webhook_endpoint set disabled_because = 'BY_OWNER' where disabled_because = 'KEY_ENDED'`,
    );
    this.addSql(becauseOf(`'BY_OWNER', 'GONE', 'ONLY_FAILURES'`));
  }
}

function becauseOf(known: string): string {
  return `alter table webhook_endpoint drop constraint webhook_endpoint_disabled_because_known,
    add constraint webhook_endpoint_disabled_because_known check (disabled_because in (${known}))`;
}
