import type { Kind } from '#jobs/kind.ts';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import type { CertificateFacts, CertificateLine, MergedLicenseFacts } from '#src/domain/certificate-facts.ts';
import type { Note, Reason } from '#src/domain/decision.ts';
import { isAnothers, shownFacts, type Viewer } from '#src/fulfillment/looking/visibility.ts';
import type { MessageStatus } from '#src/persistence/messages.ts';
import type { OutcomeRow } from '#src/persistence/outcomes.ts';

/** The outcome of a message as programs outside see it (contract §2). */
export interface Outcome {
  readonly id?: string;
  readonly orderNumber?: string;
  readonly requestNumber?: string;
  readonly reseller?: string;
  readonly status: MessageStatus;
  readonly acceptedAt?: string;
  /** Of the License Agreement that was accepted for a registration, where it is known. */
  readonly agreementVersion?: string;
  readonly account?: string;
  readonly reason?: Reason;
  /** Id of the hold that waits for a person. */
  readonly hold?: string;
  readonly notes: readonly Note[];
  /** Ids of the rejected message of the same number that this is a new try of, and of the new try that was made of this one. */
  readonly replaces?: string;
  readonly replacedBy?: string;
  readonly suite?: string;
  readonly seats?: number;
  readonly validThrough?: string;
  readonly registrationKey?: string;
  readonly certificate?: {
    readonly number: string;
    readonly version: number;
    readonly status: 'pending' | 'ready';
  };
  readonly lines?: readonly CertificateLine[];
  readonly product?: string;
  readonly survivor?: MergedLicenseFacts;
  readonly merged?: readonly MergedLicenseFacts[];
}

/** The outcome of a recorded message, codes masked where the viewer may not see them. */
export function outcomeOf({ message, facts, rendered, hold, owners }: OutcomeRow, viewer: Viewer): Outcome {
  const { id, kind, number, reseller, status, reason, notes, acceptedAt, replaces, replacedBy } = message;
  // A key that a reseller sold may have come to another's account by a merge: the outcome says the account that the message named.
  const isOthers = facts !== null && isAnothers(facts, owners, viewer);
  const account = (isOthers ? undefined : facts?.customer.account) ?? message.account ?? undefined;
  return {
    id,
    ...numberOf(kind, number),
    ...(reseller !== null && { reseller }),
    status,
    acceptedAt: new Date(acceptedAt).toISOString(),
    ...agreementOf(message.events),
    ...(account !== undefined && { account }),
    ...(reason && { reason }),
    ...(hold !== null && { hold }),
    notes,
    ...(replaces !== null && { replaces }),
    ...(replacedBy !== null && { replacedBy }),
    ...(facts && {
      ...certified(shownFacts(facts, owners, viewer)),
      certificate: { number: facts.number, version: facts.version, status: rendered ? 'ready' : 'pending' },
    }),
  };
}

/** The sender's own number, under the name that it has for this kind. */
export function numberOf(
  kind: MessageKind,
  number: string,
): Pick<Outcome, NonNullable<Kind<unknown>['numberField']>> {
  const field = kinds[kind].numberField;
  return field === null ? {} : { [field]: number };
}

/** What a certificate's facts say of the outcome, without the certificate itself. */
export function certified(
  facts: Omit<CertificateFacts, 'number' | 'version'> & Pick<CertificateFacts, 'kind'>,
): Partial<Outcome> {
  const known: Partial<CertificateFacts> = facts;
  if (known.kind === 'upgrade') {
    const { suite, seats, validThrough, registrationKey, lines } = known;
    return { suite: suite?.code, seats, validThrough, registrationKey, lines };
  }
  if (known.kind === 'merge')
    return { product: known.product?.name, survivor: known.survivor, merged: known.merged };
  return {};
}

/** The version that the portal wrote into the history of a registration. */
function agreementOf([accepted]: OutcomeRow['message']['events']): Pick<Outcome, 'agreementVersion'> {
  const version = accepted?.details?.['agreementVersion'];
  return typeof version === 'string' ? { agreementVersion: version } : {};
}
