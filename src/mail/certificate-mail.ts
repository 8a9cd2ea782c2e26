import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { Block, Fact, MailDocument } from '#src/mail/layout.ts';
import type { MailWords } from '#src/mail/words/en.ts';

export interface Attachment {
  readonly filename: string;
  readonly contentType: string;
  readonly content: Buffer;
}

/** A rendered certificate, and the kind of the message that it answers. */
export interface CertificateMaterial {
  readonly facts: CertificateFacts;
  readonly messageKind: string;
  readonly attachment: Attachment;
}

interface InWords {
  readonly date: (date: string) => string;
  readonly number: (value: number) => string;
}

/** Subject, title and body of a certificate's mail: an order's, a registration's, a merge's, or a later change's. */
export function certificateBlocks(
  { facts, messageKind }: CertificateMaterial,
  words: MailWords,
  link: Block,
  inWords: InWords,
): Pick<MailDocument, 'subject' | 'title' | 'blocks'> {
  const number: Fact = {
    name: words.certificateNumber,
    value: facts.version === 1 ? facts.number : words.version(facts.number, facts.version),
  };
  if (facts.kind === 'merge') {
    const { product, survivor, merged } = facts;
    return {
      subject: words.merge.subject(product.name, facts.number),
      title: words.merge.title,
      blocks: [
        { kind: 'paragraph', text: words.merge.lead(product.name) },
        { kind: 'heading', text: words.merge.survivor },
        { kind: 'code', name: words.activationCode, code: survivor.activationCode },
        {
          kind: 'facts',
          rows: [
            { name: words.product, value: product.name },
            { name: words.seats, value: inWords.number(survivor.seats) },
            { name: words.validThrough, value: inWords.date(survivor.validThrough) },
            number,
          ],
        },
        { kind: 'paragraph', text: words.merge.disabled(merged.length) },
        link,
      ],
    };
  }
  const { name: suite, seats, validThrough } = aboutOf(facts);
  const isSuite = facts.kind === 'upgrade' || (facts.kind === 'change' && facts.registrationKey !== null);
  const rows: readonly Fact[] = [
    { name: isSuite ? words.suite : words.product, value: suite },
    ...(seats === undefined ? [] : [{ name: words.seats, value: inWords.number(seats) }]),
    ...(validThrough === undefined ? [] : [{ name: words.validThrough, value: inWords.date(validThrough) }]),
    ...numberOf(facts, words),
    ...(facts.reseller === null ? [] : [{ name: words.reseller, value: facts.reseller }]),
    number,
  ];
  const isUndone = facts.kind === 'undo-merge';
  const changed = {
    subject: words.change.subject(suite, facts.number),
    title: words.change.title,
    blocks: [
      { kind: 'paragraph', text: isUndone ? words.merge.undone(suite) : words.change.lead(suite) } as const,
      { kind: 'facts', rows } as const,
      link,
    ],
  };
  if (facts.kind !== 'upgrade') return changed;
  const key: Block = { kind: 'code', name: words.registrationKey, code: facts.registrationKey };
  switch (messageKind) {
    case 'upgrade-order':
      return {
        subject: words.order.subject(suite, facts.number),
        title: words.order.title,
        blocks: [
          { kind: 'paragraph', text: words.order.lead(suite) },
          key,
          { kind: 'facts', rows },
          { kind: 'heading', text: words.order.next },
          { kind: 'steps', items: words.order.steps },
          { kind: 'paragraph', text: words.order.keep },
          link,
        ],
      };
    case 'registration': {
      const issued = facts.lines.filter(({ action }) => action === 'issued').length;
      return {
        subject: words.registration.subject(suite, facts.number),
        title: words.registration.title,
        blocks: [
          { kind: 'paragraph', text: words.registration.lead(suite) },
          { kind: 'facts', rows },
          ...(issued === 0 ? [] : [{ kind: 'paragraph', text: words.registration.issued(issued) } as const]),
          { kind: 'paragraph', text: words.registration.kit },
          link,
        ],
      };
    }
    default:
      return changed;
  }
}

/** The number that whoever asked gave it; numbers of the portal's own say nothing to anybody. */
function numberOf({ kind, orderNumber }: CertificateFacts, words: MailWords): readonly Fact[] {
  if (kind === 'upgrade') return [{ name: words.orderNumber, value: orderNumber }];
  return /^(?:UNDO|PORTAL)-[0-9a-f-]{36}$/.test(orderNumber)
    ? []
    : [{ name: words.requestNumber, value: orderNumber }];
}

/** What the certificate is about, with its figures. */
function aboutOf(facts: Exclude<CertificateMaterial['facts'], { readonly kind: 'merge' }>): {
  readonly name: string;
  readonly seats?: number | undefined;
  readonly validThrough?: string | undefined;
} {
  if (facts.kind === 'undo-merge') return { name: facts.product.name, ...facts.survivor };
  return {
    name: facts.suite?.name ?? facts.lines[0]?.component ?? '',
    seats: facts.seats,
    validThrough: facts.validThrough,
  };
}
