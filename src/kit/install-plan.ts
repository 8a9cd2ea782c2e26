import type { Platform } from '#src/domain/catalog.ts';
import type { KitFacts, KitProduct } from '#src/kit/kit-facts.ts';

/** What a script does for one product. */
export interface ProductPlan {
  readonly product: string;
  readonly files: readonly {
    readonly url: string;
    readonly sha256: string;
    /** Its name in the folder of downloads. */
    readonly name: string;
    /** Each argument in pieces, of which `null` stands for the path of the file. */
    readonly command: readonly (readonly (string | null)[])[];
  }[];
}

/** The products that have something to install on these platforms, with the others' names and consoles. */
export function planFor(
  facts: KitFacts,
  platform: Platform,
): { readonly plans: readonly ProductPlan[]; readonly others: readonly KitProduct[] } {
  const plans = facts.products.flatMap((product, index) => {
    const files = (product.downloads ?? [])
      .filter((download) => download.platform === platform)
      .map(({ url, sha256, install }, at) => ({
        url,
        sha256,
        name: `${index + 1}-${at + 1}-${fileNameOf(url)}`,
        command: install.map((argument) => piecesOf(argument, product.activationCode)),
      }));
    return files.length === 0 ? [] : [{ product: product.product, files }];
  });
  const planned = new Set(plans.map(({ product }) => product));
  return { plans, others: facts.products.filter(({ product }) => !planned.has(product)) };
}

/** The last part of the address, of which only letters, digits, dots, hyphens and underscores are left. */
function fileNameOf(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  let name = last;
  try {
    name = decodeURIComponent(last);
  } catch {
    // Not encoded as addresses are: taken as it is.
  }
  const plain = name.replaceAll(/[^A-Za-z0-9._-]+/g, '_').slice(-80);
  return plain === '' ? 'download' : plain;
}

function piecesOf(argument: string, activationCode: string): readonly (string | null)[] {
  const parts = argument.replaceAll('{activationCode}', activationCode).split('{file}');
  return parts.flatMap((part, index) => [...(index > 0 ? [null] : []), ...(part === '' ? [] : [part])]);
}
