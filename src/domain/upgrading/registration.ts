/** A registration of a Registration Key, parsed (contract §1). Exactly one of `account` and `newAccount` is there. */
export interface Registration {
  readonly reseller: string;
  /** Canonical; its check symbol is right. */
  readonly registrationKey: string;
  readonly account?: string | undefined;
  readonly newAccount?: NewAccount | undefined;
  readonly acceptedAgreementAt: string;
  /** Component names or PIDs; absent: all; empty: none. */
  readonly select?: readonly string[] | undefined;
}

export interface NewAccount {
  readonly id: string;
  readonly company: string;
  readonly contact?: string | undefined;
  readonly email: string;
  readonly country: string;
  readonly region: string;
}
