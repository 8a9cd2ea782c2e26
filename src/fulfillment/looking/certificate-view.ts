import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { Fulfillment } from '#src/fulfillment/fulfillment.ts';
import { resellerSeen, shownFacts, showsAllOf, type Viewer } from '#src/fulfillment/looking/visibility.ts';
import { reading } from '#src/persistence/database.ts';
import { findVisibleCertificate } from '#src/persistence/visible-certificates.ts';

export interface CertificateView {
  readonly number: string;
  readonly version: number;
  /** As they were written: not to be shown unless `showsCodes`. */
  readonly facts: CertificateFacts;
  /** What the viewer may see of them. */
  readonly shownFacts: CertificateFacts;
  /** Whether the viewer may see its codes, and so its PDF. */
  readonly showsCodes: boolean;
  /** Null until it is rendered. */
  readonly jws: string | null;
}

/** The version of a certificate that is named, or the latest that the viewer may see. Another's is unknown. */
export async function certificateView(
  { database }: Fulfillment,
  number: string,
  version: number | undefined,
  viewer: Viewer,
): Promise<CertificateView | undefined> {
  const reseller = resellerSeen(viewer) ?? null;
  const found = await findVisibleCertificate(reading(database), number, version, reseller);
  if (!found) return undefined;
  const { facts, owners, ...certificate } = found;
  return {
    ...certificate,
    facts,
    showsCodes: showsAllOf(facts, owners, viewer),
    shownFacts: shownFacts(facts, owners, viewer),
  };
}
