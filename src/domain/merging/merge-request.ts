export type MergeRequest = ServiceMergeRequest | OnPremisesMergeRequest;

/** Two accounts' licenses of one service; the account merged *into* keeps its Activation Code (rules §5.2). */
export interface ServiceMergeRequest extends MergeRequestHead {
  readonly kind: 'service';
  /** A product's name or PID. */
  readonly product: string;
  readonly into: string;
  readonly from: string;
}

/** Licenses of one account; `merge` may be absent when the account has exactly two active ones (rules §5.2). */
export interface OnPremisesMergeRequest extends MergeRequestHead {
  readonly kind: 'on-premises';
  readonly account: string;
  /** The Activation Code that lives on; canonical. */
  readonly retain: string;
  readonly merge?: readonly string[] | undefined;
}

interface MergeRequestHead {
  /** Absent when an operator asks. */
  readonly reseller?: string | undefined;
  readonly requestNumber: string;
  readonly requestedAt: string;
}
