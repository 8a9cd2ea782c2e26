/** What persons have approved of a held message so far; an approval lets the message pass the checks named, and no other. */
export interface Approval {
  readonly codes: ReadonlySet<string>;
  /** Activation Codes that the approvals said to keep, canonical. */
  readonly keep: readonly string[];
}

export const noApproval: Approval = { codes: new Set(), keep: [] };
