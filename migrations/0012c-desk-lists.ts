import { Migration } from '@mikro-orm/migrations';

/** Holds that wait, by their code and by their age, few beside all that were ever decided; refused messages by their last coming. Made beside the running work. */
export class DeskLists extends Migration {
  static readonly #indexes: Readonly<Record<string, string>> = {
    hold_waiting_by_code: 'hold (code, id) where decision is null',
    hold_waiting: 'hold (id) where decision is null',
    rejected_message_latest: 'rejected_message (last_at, id)',
    rejected_message_waiting_latest:
      'rejected_message (last_at, id) where replayed_at is null and set_aside_at is null',
    // The account that a service merge took from.
    message_merged_from: `message ((content->>'from'), id) where kind = 'merge-request'`,
    // What a refused message calls itself.
    rejected_message_by_number: `rejected_message (left(coalesce(content->>'orderNumber', content->>'requestNumber'), 64))`,
  };

  override isTransactional(): boolean {
    return false;
  }

  override up(): void {
    for (const [name, definition] of Object.entries(DeskLists.#indexes)) {
      // One that broke off is there, and of no use.
      this.addSql(`drop index concurrently if exists ${name}`);
      this.addSql(`create index concurrently ${name} on ${definition}`);
    }
    this.addSql('drop index concurrently if exists rejected_message_waiting');
  }

  override down(): void {
    this.addSql(
      'create index rejected_message_waiting on rejected_message (last_at desc, id) where replayed_at is null and set_aside_at is null',
    );
    this.addSql(`drop index ${Object.keys(DeskLists.#indexes).join(', ')}`);
  }
}
