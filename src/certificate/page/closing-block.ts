import type { KindPage } from '#src/certificate/page/kind-page.ts';
import { BRONZE, INK, MUTED } from '#src/certificate/page/palette.ts';
import { drawQrCode } from '#src/certificate/page/qr-code.ts';
import {
  drawParagraph,
  drawRule,
  heightOf,
  LEFT,
  RIGHT,
  WIDTH,
  type Block,
} from '#src/certificate/page/sheet.ts';
import { decorate, mark } from '#src/certificate/page/tagging.ts';
import { setParagraph } from '#src/certificate/type/set-text.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';

/** The foot of the first page: what to do next, and the signature as a QR code with how to check it. */
export function closingBlock(
  fonts: DocumentFonts,
  { heading, steps }: KindPage['instructions'],
  jws: string,
): Block {
  const width = WIDTH - QR_SIDE - 34;
  const set = (role: 'text' | 'display', text: string, size: number) =>
    setParagraph(fonts, role, text, { width, size });
  const paragraphs = [
    { gap: 0, type: 'H2', leading: 1.3, color: INK, paragraph: set('display', heading, 14) },
    ...steps.map(
      (step) =>
        ({ gap: 2.5, type: 'P', leading: 1.32, color: INK, paragraph: set('text', step, 8.8) }) as const,
    ),
    { gap: 7, type: 'P', leading: 1.32, color: MUTED, paragraph: set('text', VERIFY, 7.8) },
  ] as const;
  const textHeight = paragraphs.reduce(
    (sum, { gap, leading, paragraph }) => sum + gap + heightOf(paragraph, leading),
    0,
  );
  const height = RULE_GAP + Math.max(QR_SIDE, textHeight);
  return {
    height,
    draw(sheet, top) {
      let y = top + height - textHeight;
      for (const { gap, type, leading, color, paragraph } of paragraphs) {
        y += gap;
        const at = y;
        mark(sheet, sheet.document, type, () =>
          drawParagraph(sheet, paragraph, { color, leading }, LEFT, width, at),
        );
        y += heightOf(paragraph, leading);
      }
      const drawCode = () => drawQrCode(sheet, jws, RIGHT - QR_SIDE, top + height - QR_SIDE, QR_SIDE);
      mark(sheet, sheet.document, 'Figure', drawCode, { alt: QR_ALTERNATIVE });
      decorate(sheet, () => drawRule(sheet, LEFT, RIGHT, top, 0.4, BRONZE));
    },
  };
}

/** Between the rule and what stands below it: room for the quiet zone of the code. */
const RULE_GAP = 14;
/** 42 mm: at 150 dpi a module of the usual code is three pixels wide. */
const QR_SIDE = 119;

const QR_ALTERNATIVE = 'QR code that holds the digital signature of this certificate';
const VERIFY =
  'Genuine? The QR code holds this certificate’s digital signature and nothing else. Check it without a connection: chancery certificate verify, with this file or with the text scanned from the code.';
