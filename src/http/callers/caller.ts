import type { Viewer } from '#src/fulfillment/looking/visibility.ts';
import type { HolderKind } from '#src/persistence/api-keys.ts';

/** Whose API key a request carries. */
export interface Caller {
  readonly kind: HolderKind;
  readonly name: string;
}

/** `reseller northwind`: how histories, logs and limits name a caller. */
export function callerName({ kind, name }: Caller): string {
  return `${kind} ${name}`;
}

export function viewerOf({ kind, name }: Caller): Viewer {
  return kind === 'operator' ? { kind } : { kind, name };
}
