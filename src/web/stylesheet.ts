import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** A stylesheet as it is sent, and its address, which changes with its content, so that browsers may keep it. */
export interface Stylesheet {
  readonly text: string;
  readonly path: string;
  readonly href: string;
}

/** The one stylesheet of the portal, and of the desk. */
export const commonStyle = stylesheet('chancery.css', '/assets/chancery.css');

/** What the desk adds. */
export const deskStyle = stylesheet('operators/desk.css', '/assets/desk.css');

/** Comments and indentation stay here. */
function stylesheet(file: string, path: string): Stylesheet {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8')
    .replaceAll(/\/\*[^]*?\*\//g, '')
    .replaceAll(/\s*\n\s*/g, '\n')
    .trim();
  return { text, path, href: `${path}?v=${createHash('sha256').update(text).digest('hex').slice(0, 12)}` };
}
