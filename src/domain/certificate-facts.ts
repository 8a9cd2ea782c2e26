import type { ChangeKind } from '#src/domain/lifecycle/change-request.ts';

/**
 * What a License Certificate states, frozen when it is written (rules §3 step 3). The PDF is rendered from these
 * facts alone, so that rendering again gives the same bytes. Dates are `YYYY-MM-DD` and `validThrough` is inclusive.
 */
export type CertificateFacts =
  UpgradeCertificateFacts | MergeCertificateFacts | ChangeCertificateFacts | UndoMergeCertificateFacts;

export interface UpgradeCertificateFacts extends CertificateHead {
  readonly kind: 'upgrade';
  /** Full code: a certificate carries its Registration Key. */
  readonly registrationKey: string;
  readonly suite: { readonly code: string; readonly name: string };
  readonly seats: number;
  /** First day of the term of the order behind it; absent on certificates from before it was stated. */
  readonly startsOn?: string;
  readonly validThrough: string;
  readonly lines: readonly CertificateLine[];
}

export interface MergeCertificateFacts extends CertificateHead {
  readonly kind: 'merge';
  readonly mergeKind: 'service' | 'on-premises';
  readonly product: { readonly pid: string; readonly name: string };
  readonly survivor: MergedLicenseFacts;
  readonly merged: readonly MergedLicenseFacts[];
}

/** What a change request did to a Registration Key and its licenses, or to one license (rules §8). */
export interface ChangeCertificateFacts extends CertificateHead {
  readonly kind: 'change';
  readonly change: Exclude<ChangeKind, 'undo-merge'>;
  /** The number of the order or change request that was returned. */
  readonly returned?: string;
  /** Null for a license that no key was issued for. */
  readonly registrationKey: string | null;
  /** The suite of the key; of a license by itself the product. */
  readonly suite: { readonly code: string; readonly name: string } | null;
  /** Of the key, or of the license; absent where a message was withdrawn before it had any. */
  readonly seats?: number;
  readonly validThrough?: string;
  readonly lines: readonly CertificateLine[];
}

/** A merge that was undone: all as it was before it (rules §8.1). */
export interface UndoMergeCertificateFacts extends CertificateHead {
  readonly kind: 'undo-merge';
  readonly mergeRequest: string;
  readonly product: { readonly pid: string; readonly name: string };
  readonly survivor: MergedLicenseFacts;
  readonly restored: readonly MergedLicenseFacts[];
}

export type CertificateLayout = 1 | 2;

/** What new certificates are written in. */
export const newestLayout: CertificateLayout = 2;

interface CertificateHead {
  /** The layout that renders these facts; raised when a change would give old facts other bytes. */
  readonly layout: CertificateLayout;
  /**
   * 128 random bits in base64url that no page shows. The signed hash of the facts and the fingerprint of the Registration Key hold them,
   * so that whoever has a QR code alone cannot try out keys against it (contract §2). Layout 1 had none.
   */
  readonly secret?: string;
  readonly number: string;
  readonly version: number;
  /** UTC date of the transaction that wrote the facts. */
  readonly issuedOn: string;
  /** Name of the reseller; null for a merge that an operator requested. */
  readonly reseller: string | null;
  /** The reseller's order number, or the request number of a merge. */
  readonly orderNumber: string;
  readonly customer: CertificateCustomer;
}

export interface CertificateCustomer {
  readonly account: string | null;
  readonly company: string;
  readonly contact?: string;
  readonly email: string;
  readonly country?: string;
}

export interface CertificateLine {
  /** Product name, as in the catalog. */
  readonly component: string;
  readonly pid: string;
  readonly action: LineAction;
  readonly activationCode?: string;
  readonly seats?: number;
  readonly previousSeats?: number;
  readonly validThrough?: string;
  readonly previouslyValidThrough?: string;
  readonly notes: readonly { readonly code: string; readonly message: string }[];
}

/** `awaiting-registration` is what an order says of a component without an Activation Code, `available` what a registration says. */
export type LineAction =
  | 'retained'
  | 'issued'
  | 'awaiting-registration'
  | 'available'
  // Of change requests:
  | 'changed'
  | 'unchanged'
  | 'reverted'
  | 'revoked'
  | 'suspended'
  | 'resumed'
  | 'replaced';

export interface MergedLicenseFacts {
  readonly activationCode: string;
  readonly account: string;
  readonly pid: string;
  /** After the merge. */
  readonly seats: number;
  readonly validThrough: string;
  /** Before the merge. */
  readonly previousSeats: number;
  readonly previouslyValidThrough: string;
}
