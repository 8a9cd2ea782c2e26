import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** The one stylesheet of all pages. Comments and indentation stay here. */
export const stylesheet = readFileSync(new URL('chancery.css', import.meta.url), 'utf8')
  .replaceAll(/\/\*[^]*?\*\//g, '')
  .replaceAll(/\s*\n\s*/g, '\n')
  .trim();

/** Its address changes with its content, so that browsers may keep it. */
export const stylesheetHref = `/assets/chancery.css?v=${createHash('sha256').update(stylesheet).digest('hex').slice(0, 12)}`;
