import { Migration } from '@mikro-orm/migrations';

/** What the desk searches and filters by. Made beside the running work; of messages, none is written for an order that is fulfilled. */
export class DeskIndexes extends Migration {
  static readonly #indexes: Readonly<Record<string, string>> = {
    // Companies by how their names begin, in any case.
    account_by_company: 'account (lower(company) text_pattern_ops)',
    license_by_last_four: 'license (right(activation_code, 4))',
    registration_key_by_last_four: 'registration_key (right(code, 4))',
    message_by_reason: `message ((reason->>'code'), id) where reason is not null`,
    message_refused: `message (status, id) where status in ('held', 'rejected')`,
    rejected_message_waiting:
      'rejected_message (last_at desc, id) where replayed_at is null and set_aside_at is null',
    mail_failed: `mail (id) where status = 'failed'`,
    message_beside_orders: `message (kind, id) where kind <> 'upgrade-order'`,
  };

  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const [name, definition] of Object.entries(DeskIndexes.#indexes)) {
      // One that broke off is there, and of no use.
      this.addSql(`drop index concurrently if exists ${name}`);
      this.addSql(`create index concurrently ${name} on ${definition}`);
    }
  }

  override down(): void {
    this.addSql(`drop index ${Object.keys(DeskIndexes.#indexes).join(', ')}`);
  }
}
