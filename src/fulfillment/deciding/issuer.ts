import type { SuiteComponent } from '#src/domain/catalog.ts';
import { drawCode } from '#src/fulfillment/deciding/draw-code.ts';
import { newId } from '#src/mechanisms/new-id.ts';

/** Gives what is issued its id and code. */
export interface Issuer {
  key(rkPrefix: string): { readonly id: string; readonly code: string };
  license(component: SuiteComponent): { readonly id: string; readonly activationCode: string };
}

/** Draws new ids and codes. */
export const freshIssuer: Issuer = {
  key: (rkPrefix) => ({ id: newId(), code: drawCode('registration-key', rkPrefix) }),
  license: ({ acPrefix }) => ({ id: newId(), activationCode: drawCode('activation-code', acPrefix) }),
};
