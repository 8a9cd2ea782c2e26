import type { MessageKind } from '#jobs/kinds.ts';

/** What a process counts of its own work; its metrics are made of it. Nothing here throws or waits. */
export interface Meters {
  /** A batch was committed, with these decisions; `seconds` from its first look to its commit. */
  batch(decisions: readonly MeasuredDecision[], seconds: number): void;
  /** A person ended a hold. */
  decision(decision: MeasuredDecision): void;
  /** PDFs of certificates were stored. */
  rendered(count: number): void;
  /** An attempt to send a mail ended. */
  mail(outcome: string): void;
  /** Attempts to tell webhook endpoints ended. */
  deliveries(outcome: DeliveryOutcome, count: number): void;
  /** A webhook endpoint was disabled by us. */
  endpointDisabled(because: string): void;
  /** A file of the drop folder was put away. */
  feedFile(where: 'done' | 'failed'): void;
  /** A look at the drop folder ended. */
  feedLook(outcome: 'ok' | 'failed'): void;
}

/** `later`: it is tried again. */
export type DeliveryOutcome = 'delivered' | 'later' | 'failed';

/** A decision as it is counted: of whom and of what it is, no metric says. */
export interface MeasuredDecision {
  readonly kind: MessageKind;
  readonly status: 'fulfilled' | 'held' | 'rejected';
  /** Of the reason; empty for what is fulfilled. */
  readonly code: string;
}

export const noMeters: Meters = {
  batch() {},
  decision() {},
  rendered() {},
  mail() {},
  deliveries() {},
  endpointDisabled() {},
  feedFile() {},
  feedLook() {},
};
