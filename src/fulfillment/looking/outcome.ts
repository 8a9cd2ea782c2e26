import type { Kind } from '#jobs/kind.ts';
import { kinds, type MessageKind } from '#jobs/kinds.ts';
import type { CertificateFacts, CertificateLine, MergedLicenseFacts } from '#src/domain/certificate-facts.ts';
import type { Note, Reason } from '#src/domain/decision.ts';
import type { ChangeKind } from '#src/domain/lifecycle/change-request.ts';
import { seatDaysOf } from '#src/domain/lifecycle/seat-days.ts';
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
  readonly lines?: readonly OutcomeLine[];
  readonly product?: string;
  readonly survivor?: MergedLicenseOutcome;
  readonly merged?: readonly MergedLicenseOutcome[];
  readonly restored?: readonly MergedLicenseOutcome[];
  /** Of a change request. */
  readonly kind?: ChangeKind;
  /** The return that took it back. */
  readonly returnedBy?: ReturnedBy;
}

/** With what resellers prorate by: seats × days left after, less the same before (rules §8.1). */
export interface OutcomeLine extends CertificateLine {
  readonly seatDays: number;
}

export interface MergedLicenseOutcome extends MergedLicenseFacts {
  readonly seatDays: number;
}

export interface ReturnedBy {
  readonly requestNumber: string;
  readonly id: string;
  readonly at: string;
}

/** The outcome of a recorded message, codes masked where the viewer may not see them. */
export function outcomeOf(row: OutcomeRow, viewer: Viewer): Outcome {
  const { message, facts, rendered, stated, hold, returnedBy, owners } = row;
  const { id, kind, number, reseller, status, reason, notes, acceptedAt, replaces, replacedBy } = message;
  // A key that a reseller sold may have come to another's account by a merge: the outcome says the account that the message named.
  const said = facts ?? stated;
  const isOthers = said !== null && isAnothers(said, owners, viewer);
  const account = (isOthers ? undefined : said?.customer.account) ?? message.account ?? undefined;
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
    ...(returnedBy && { returnedBy: { ...returnedBy, at: new Date(returnedBy.at).toISOString() } }),
    ...(message.kind === 'change-request' && { kind: message.content.kind }),
    ...(stated && certified(shownFacts(stated, owners, viewer))),
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
  const today = facts.issuedOn;
  switch (known.kind) {
    case 'upgrade': {
      const { suite, seats, validThrough, registrationKey, lines } = known;
      return { suite: suite?.code, seats, validThrough, registrationKey, lines: withSeatDays(lines, today) };
    }
    case 'merge': {
      const merged = known.merged?.map((license) => licenseWithSeatDays(license, today));
      return { product: known.product?.name, survivor: licenseWithSeatDays(known.survivor, today), merged };
    }
    case 'change': {
      const { change, registrationKey, suite, seats, validThrough, lines } = known;
      return {
        kind: change,
        ...(registrationKey !== null && { registrationKey }),
        ...(suite && registrationKey !== null && { suite: suite.code }),
        ...(seats !== undefined && { seats }),
        ...(validThrough !== undefined && { validThrough }),
        lines: withSeatDays(lines, today),
      };
    }
    case 'undo-merge': {
      const restored = known.restored?.map((license) => licenseWithSeatDays(license, today));
      return {
        kind: known.kind,
        product: known.product?.name,
        survivor: licenseWithSeatDays(known.survivor, today),
        restored,
      };
    }
    case undefined:
      return {};
  }
}

function withSeatDays(lines: readonly CertificateLine[] | undefined, today: string) {
  return lines?.map((line) => ({ ...line, seatDays: seatDaysOf(line, before(line), today) }));
}

function licenseWithSeatDays(license: undefined, today: string): undefined;
function licenseWithSeatDays(license: MergedLicenseFacts, today: string): MergedLicenseOutcome;
function licenseWithSeatDays(
  license: MergedLicenseFacts | undefined,
  today: string,
): MergedLicenseOutcome | undefined;
function licenseWithSeatDays(license: MergedLicenseFacts | undefined, today: string) {
  return license && { ...license, seatDays: seatDaysOf(license, before(license), today) };
}

function before({
  previousSeats,
  previouslyValidThrough,
}: Pick<CertificateLine, 'previousSeats' | 'previouslyValidThrough'>) {
  return { seats: previousSeats, validThrough: previouslyValidThrough };
}

/** The version that the portal wrote into the history of a registration. */
function agreementOf([accepted]: OutcomeRow['message']['events']): Pick<Outcome, 'agreementVersion'> {
  const version = accepted?.details?.['agreementVersion'];
  return typeof version === 'string' ? { agreementVersion: version } : {};
}
