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

const CODE = { title: 'Activation Code', left: LEFT, width: 168, align: 'left' } as const;
const ACCOUNT = { title: 'Account', left: LEFT + 178, width: 128, align: 'left' } as const;
const SEATS = { title: 'Seats', left: LEFT + 314, width: 72, align: 'right' } as const;
const VALID = { title: 'Valid through', left: LEFT + 393, width: 102.28, align: 'right' } as const;

export const MERGE_COLUMNS: readonly Column[] = [CODE, ACCOUNT, SEATS, VALID];

/** The survivor first, then what merged into it, then the sums before and after. */
export function mergeRows(fonts: DocumentFonts, facts: MergeCertificateFacts): readonly Row[] {
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

/** A merge that was undone: each license as it is again. */
export function undoRows(fonts: DocumentFonts, facts: UndoMergeCertificateFacts): readonly Row[] {
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
