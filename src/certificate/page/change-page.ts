import { seatsInWords, type KindPage } from '#src/certificate/page/kind-page.ts';
import { PRODUCT_COLUMNS, productRows } from '#src/certificate/page/product-rows.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { ChangeCertificateFacts } from '#src/domain/certificate-facts.ts';

/** What a change request made of a suite or of one license (rules §8). */
export function changePage(fonts: DocumentFonts, facts: ChangeCertificateFacts): KindPage {
  const { change, suite, seats, validThrough, registrationKey, lines } = facts;
  // The order that made the key was returned, with all that it had issued.
  const isGone = change === 'return' && lines.length > 0 && lines.every(({ action }) => action === 'revoked');
  const until = change === 'cancellation' ? 'ending on' : 'valid through';
  return {
    statement: {
      opening: OPENINGS[change],
      subject: suite ? `${suite.name} (${suite.code})` : '',
      terms:
        seats === undefined || validThrough === undefined
          ? ''
          : isGone
            ? 'and holds nothing more of it: the Registration Key has ended'
            : `for ${seatsInWords(seats)}, ${until} ${validThrough}`,
    },
    panel:
      registrationKey === null
        ? { title: 'Activation Code', code: lines[0]?.activationCode ?? '' }
        : { title: 'Registration Key', code: registrationKey },
    numberLabel: 'Request number',
    columns: PRODUCT_COLUMNS,
    rows: productRows(fonts, facts),
    schedule: {
      title: 'Schedule of Licenses',
      subject: suite?.name ?? '',
      listed: `The ${lines.length} licenses, before and after the change`,
    },
    instructions: { heading: 'What this version is for', steps: AFTER_CHANGE },
  };
}

const OPENINGS = {
  seats: 'is licensed, with changed seats, to use',
  renewal: 'has renewed its license to use',
  cancellation: 'has cancelled its license to use',
  return: 'has returned what is stated below of',
  suspension: 'may not use for now',
  resumption: 'may use again',
  'code-replacement': 'has a new code for',
} as const satisfies Record<ChangeCertificateFacts['change'], string>;

const AFTER_CHANGE = [
  'This version takes the place of the earlier ones of its number: keep it with them.',
  'Codes that are not listed as revoked or replaced stay as they are; nothing needs to be reinstalled.',
];
