import { BRONZE, INK, MUTED } from '#src/certificate/page/palette.ts';
import { LEFT } from '#src/certificate/page/sheet.ts';
import { changeLine, textLines, unbrokenLine } from '#src/certificate/page/table-cells.ts';
import type { CellLine, Column, Row } from '#src/certificate/page/table.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';
import type { CertificateLine, UpgradeCertificateFacts } from '#src/domain/certificate-facts.ts';

const PRODUCT = { title: 'Product', left: LEFT, width: 160, align: 'left' } as const;
const CODE = { title: 'Activation Code', left: LEFT + 168, width: 152, align: 'left' } as const;
const SEATS = { title: 'Seats', left: LEFT + 326, width: 60, align: 'right' } as const;
const VALID = { title: 'Valid through', left: LEFT + 393, width: 102.28, align: 'right' } as const;

export const PRODUCT_COLUMNS: readonly Column[] = [PRODUCT, CODE, SEATS, VALID];

/** A row for each line: the product, its code, and seats and date before and after. */
export function productRows(
  fonts: DocumentFonts,
  { lines }: Pick<UpgradeCertificateFacts, 'lines'>,
): readonly Row[] {
  return lines.map((line) => ({
    cells: [
      productCell(fonts, line),
      codeCell(fonts, line),
      [seatsLine(fonts, line)],
      [validLine(fonts, line)],
    ],
  }));
}

function productCell(fonts: DocumentFonts, line: CertificateLine): readonly CellLine[] {
  return [
    ...textLines(fonts, line.component, PRODUCT.width, { role: 'strong', size: 8.8, color: INK }),
    unbrokenLine(fonts, line.pid, PRODUCT.width, { role: 'text', size: 7.2, color: MUTED }),
  ];
}

function codeCell(fonts: DocumentFonts, line: CertificateLine): readonly CellLine[] {
  const action = textLines(fonts, ACTION[line.action], CODE.width, {
    role: 'text',
    size: 7.8,
    color: BRONZE,
  });
  const notes = line.notes.flatMap((note) =>
    textLines(fonts, note.message, CODE.width, { role: 'text', size: 7.2, color: MUTED }),
  );
  if (line.activationCode === undefined) return [...action, ...notes];
  const code = unbrokenLine(fonts, line.activationCode, CODE.width, { role: 'code', size: 6.8, color: INK });
  return [code, ...action, ...notes];
}

const ACTION = {
  retained: 'retained and extended',
  issued: 'newly issued',
  'awaiting-registration': 'awaiting registration',
  available: 'available, not selected',
  changed: 'changed',
  unchanged: 'unchanged',
  reverted: 'as before what was returned',
  revoked: 'revoked: no longer valid',
  suspended: 'suspended',
  resumed: 'resumed',
  replaced: 'new code; the old one is void',
} as const satisfies Record<CertificateLine['action'], string>;

function seatsLine(fonts: DocumentFonts, line: CertificateLine): CellLine {
  return changeLine(fonts, line.previousSeats?.toString(), line.seats?.toString(), SEATS.width);
}

function validLine(fonts: DocumentFonts, line: CertificateLine): CellLine {
  return changeLine(fonts, line.previouslyValidThrough, line.validThrough, VALID.width);
}
