import { strFromU8, unzipSync } from 'fflate';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import { verifyCertificateFile } from '#src/certificate/verify-file.ts';
import { KIT_JSON, KIT_SIGNATURE, kitFiles } from '#src/kit/build-kit.ts';
import { kitFactsSchema, kitJson, type KitFacts } from '#src/kit/kit-facts.ts';
import { checkKitSignature, hashesOf } from '#src/kit/kit-signature.ts';

export type KitVerdict =
  | { readonly verdict: 'valid'; readonly message: string; readonly kit: KitFacts }
  | { readonly verdict: KitFault; readonly message: string };

/** The first that applies, in this order of checking. */
export type KitFault =
  | 'not-a-kit'
  | 'malformed'
  | 'unknown-key'
  | 'bad-signature'
  | 'unsupported-kit'
  | 'certificate-altered'
  | 'files-altered';

/** No kit is larger unpacked; more would be somebody's attempt. */
const largestBytes = 64 * 1024 * 1024;

/**
 * Checks a Deployment Kit with no connection: the signature of `kit.json`, the certificate, and that pages and scripts are the ones that
 * were signed and nothing else is there. Kits whose signature does not name their files have them made again, as they are made today.
 * Never throws for anything in the file.
 */
export async function verifyKit(zip: Uint8Array, jwks: PublicJwks): Promise<KitVerdict> {
  const files = unpacked(zip);
  const json = files?.get(KIT_JSON);
  const jws = files?.get(KIT_SIGNATURE);
  if (files === undefined || json === undefined || jws === undefined) {
    return fault('not-a-kit', 'This file is no Deployment Kit, or is not whole.');
  }
  const signature = checkKitSignature(strFromU8(jws, true), json, jwks);
  if (signature.verdict !== 'valid') return fault(signature.verdict, sentences[signature.verdict]);
  const facts = kitFactsSchema.safeParse(JSON.parse(json.toString('utf8')));
  if (!facts.success || !kitJson(facts.data).equals(json)) {
    return fault(
      'unsupported-kit',
      'The signature is genuine, but the kit is in a form that this version does not know.',
    );
  }
  const { number, version } = facts.data.certificate;
  const pdf = files.get(`${number}-v${version}.pdf`) ?? Buffer.alloc(0);
  const certificate = await verifyCertificateFile(pdf, jwks);
  if (certificate.verdict !== 'valid') {
    return fault('certificate-altered', `The certificate in the kit is not genuine: ${certificate.message}`);
  }
  const { payload } = certificate;
  if (payload.number !== number || payload.version !== version) {
    return fault(
      'certificate-altered',
      'The certificate in the kit is genuine, but another one than the kit names.',
    );
  }
  const expected = signature.files ?? hashesOf(kitFiles(facts.data, { facts: certificate.facts, pdf }));
  const found = hashesOf([...files].filter(([name]) => name !== KIT_SIGNATURE));
  const strange = Object.keys(found).find((name) => found[name] !== expected[name]);
  const missing = Object.keys(expected).find((name) => !Object.hasOwn(found, name));
  const named = strange ?? missing;
  if (named !== undefined) {
    return fault(
      'files-altered',
      `What was signed is genuine, but ${JSON.stringify(named)} was changed, added or removed: do not run it.`,
    );
  }
  const count = facts.data.products.length;
  const products = count === 1 ? '1 product' : `${count} products`;
  return {
    verdict: 'valid',
    message: `This is the kit of ${number} version ${version} for ${facts.data.account}, ${products}, genuine and unaltered.`,
    kit: facts.data,
  };
}

const sentences = {
  malformed: 'The signature of the kit is none.',
  'unknown-key': 'The kit was signed by a key that is not among the keys given.',
  'bad-signature':
    'The signature does not fit: kit.json was changed after signing, or the key did not sign it.',
} as const;

function unpacked(zip: Uint8Array): ReadonlyMap<string, Buffer> | undefined {
  try {
    let total = 0;
    const files = unzipSync(zip, {
      filter: ({ originalSize }) => {
        total += originalSize;
        if (total > largestBytes) throw new RangeError('too large');
        return true;
      },
    });
    return new Map(Object.entries(files).map(([name, bytes]) => [name, Buffer.from(bytes)]));
  } catch {
    // Not a ZIP, or one that is cut off or far too large: the answer says so.
    return undefined;
  }
}

function fault(verdict: KitFault, message: string): KitVerdict {
  return { verdict, message };
}
