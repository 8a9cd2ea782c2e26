import type { KindPage } from '#src/certificate/page/kind-page.ts';
import { INK, MUTED } from '#src/certificate/page/palette.ts';
import { paragraphBlock, type Block } from '#src/certificate/page/sheet.ts';
import type { DocumentFonts } from '#src/certificate/type/typesetting.ts';

/** Stands above the table on pages of its own. */
export function scheduleHeading(
  fonts: DocumentFonts,
  { title: text, subject }: KindPage['schedule'],
  company: string,
): Block {
  const title = paragraphBlock(
    fonts,
    text,
    { role: 'display', size: 20, color: INK },
    { leading: 1.3, type: 'H2' },
  );
  const about = paragraphBlock(
    fonts,
    `${fonts.isolated(subject)} for ${fonts.isolated(company)}`,
    { role: 'text', size: 9, color: MUTED },
    { leading: 1.35, minSize: 7.5, maxLines: 2 },
  );
  return {
    height: title.height + about.height + 14,
    draw(sheet, top) {
      title.draw(sheet, top);
      about.draw(sheet, top + title.height);
    },
  };
}
