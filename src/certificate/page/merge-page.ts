import { seatsInWords, type KindPage } from '#src/certificate/page/kind-page.ts';
import { BRONZE, INK, MUTED } from '#src/certificate/page/palette.ts';
import { LEFT } from '#src/certificate/page/sheet.ts';
import { changeLine, textLines, unbrokenLine } from '#src/certificate/page/table-cells.ts';
import type { CellLine, Column, Row } from '#src/certificate/page/table.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type {
  MergeCertificateFacts,
  MergedLicenseFacts,
  UndoMergeCertificateFacts,
} from '#src/domain/certificate-facts.ts';

/** What a merge made of the licenses of a product (rules §5.4). */
export function mergePage(fonts: DocumentFonts, facts: MergeCertificateFacts): KindPage {
  const { product, survivor, merged } = facts;
  return {
    statement: {
      opening: `holds one license, merged from ${merged.length + 1}, of`,
      subject: `${product.name} (${product.pid})`,
      terms: `for ${seatsInWords(survivor.seats)} in total, valid through ${survivor.validThrough}`,
    },
    panel: { title: 'Surviving Activation Code', code: survivor.activationCode },
    numberLabel: 'Request number',
    columns: COLUMNS,
    rows: mergeRows(fonts, facts),
    schedule: {
      title: 'Schedule of Licenses',
      subject: product.name,
      listed: `The ${merged.length + 1} licenses, before and after the merge`,
    },
    instructions: { heading: 'After the merge', steps: AFTER_MERGE },
  };
}

/** What is again as it was before a merge (rules §8.3). */
export function undoMergePage(fonts: DocumentFonts, facts: UndoMergeCertificateFacts): KindPage {
  const { product, survivor, restored, mergeRequest } = facts;
  return {
    statement: {
      opening: `holds again, since merge ${mergeRequest} was undone, its own licenses of`,
      subject: `${product.name} (${product.pid})`,
      terms: `for ${seatsInWords(survivor.seats)}, valid through ${survivor.validThrough}`,
    },
    panel: { title: 'Activation Code', code: survivor.activationCode },
    numberLabel: 'Request number',
    columns: COLUMNS,
    rows: undoRows(fonts, facts),
    schedule: {
      title: 'Schedule of Licenses',
      subject: product.name,
      listed: `The ${restored.length + 1} licenses, merged and as they are again`,
    },
    instructions: { heading: 'After the merge was undone', steps: AFTER_UNDOING },
  };
}

/** The survivor first, then what merged into it, then the sums before and after. */
function mergeRows(fonts: DocumentFonts, facts: MergeCertificateFacts): readonly Row[] {
  const into = facts.survivor.activationCode;
  return [
    licenseRow(fonts, facts.survivor, 'retained: the surviving license', []),
    ...facts.merged.map((license) =>
      licenseRow(fonts, license, 'disabled; merged into', [
        unbrokenLine(fonts, into, CODE.width, { role: 'code', size: 6.2, color: MUTED }),
      ]),
    ),
    totalRow(fonts, [facts.survivor, ...facts.merged]),
  ];
}

/** Each license as it is again. */
function undoRows(fonts: DocumentFonts, facts: UndoMergeCertificateFacts): readonly Row[] {
  return [
    licenseRow(fonts, facts.survivor, 'as before the merge', []),
    ...facts.restored.map((license) => licenseRow(fonts, license, 'restored', [])),
  ];
}

function licenseRow(
  fonts: DocumentFonts,
  license: MergedLicenseFacts,
  fate: string,
  into: readonly CellLine[],
): Row {
  return {
    cells: [
      [
        unbrokenLine(fonts, license.activationCode, CODE.width, { role: 'code', size: 7.5, color: INK }),
        ...textLines(fonts, fate, CODE.width, { role: 'text', size: 7.8, color: BRONZE }),
        ...into,
      ],
      [
        ...textLines(fonts, license.account, ACCOUNT.width, { role: 'strong', size: 8.8, color: INK }),
        unbrokenLine(fonts, license.pid, ACCOUNT.width, { role: 'text', size: 7.2, color: MUTED }),
      ],
      [changeLine(fonts, String(license.previousSeats), String(license.seats), SEATS.width)],
      [changeLine(fonts, license.previouslyValidThrough, license.validThrough, VALID.width)],
    ],
  };
}

function totalRow(fonts: DocumentFonts, licenses: readonly MergedLicenseFacts[]): Row {
  const before = licenses.reduce((sum, license) => sum + license.previousSeats, 0);
  const after = licenses[0]?.seats ?? 0;
  return {
    cells: [
      textLines(fonts, 'Total seats, before and after', CODE.width, {
        role: 'strong',
        size: 8.8,
        color: INK,
      }),
      [],
      [unbrokenLine(fonts, `${before} → ${after}`, SEATS.width, { role: 'strong', size: 8.5, color: INK })],
      [],
    ],
  };
}

const CODE = { title: 'Activation Code', left: LEFT, width: 168, align: 'left' } as const;
const ACCOUNT = { title: 'Account', left: LEFT + 178, width: 128, align: 'left' } as const;
const SEATS = { title: 'Seats', left: LEFT + 314, width: 72, align: 'right' } as const;
const VALID = { title: 'Valid through', left: LEFT + 393, width: 102.28, align: 'right' } as const;

const COLUMNS: readonly Column[] = [CODE, ACCOUNT, SEATS, VALID];

const AFTER_MERGE = [
  'Use the surviving Activation Code from now on; it carries the seats of all merged licenses.',
  'The other codes are disabled for good; they stay on record here.',
  'A product that still runs on a disabled code: enter the surviving code in it.',
];

const AFTER_UNDOING = [
  'Each license is as it was before the merge: seats, date and code.',
  'A product that was given the surviving code: enter its own code in it again.',
];
