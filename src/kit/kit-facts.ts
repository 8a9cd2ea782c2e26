import { z } from 'zod';
import { platforms } from '#src/domain/catalog.ts';

const download = z.strictObject({
  platform: z.enum(platforms),
  version: z.string(),
  url: z.url(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/u),
  bytes: z.int().positive(),
  /** The command to run, one argument each; `{file}` and `{activationCode}` stand for those. */
  install: z.array(z.string()).min(1),
});

const product = z.strictObject({
  product: z.string(),
  pid: z.string(),
  activationCode: z.string(),
  seats: z.int(),
  validThrough: z.iso.date(),
  downloads: z.array(download).optional(),
  /** Where a service is used. */
  console: z.url().optional(),
});

/** `kit.json`: what a Deployment Kit is for. Everything else in it follows from this and from the certificate. */
export const kitFactsSchema = z.strictObject({
  kit: z.literal(1),
  account: z.string(),
  suite: z.string(),
  certificate: z.strictObject({ number: z.string(), version: z.int().positive() }),
  products: z.array(product).min(1),
});

export type KitFacts = z.infer<typeof kitFactsSchema>;
export type KitProduct = KitFacts['products'][number];
export type KitDownload = z.infer<typeof download>;

/** As it is signed and stands in the kit: members in the order of the schema, for people who look. */
export function kitJson(facts: KitFacts): Buffer {
  return Buffer.from(`${JSON.stringify(kitFactsSchema.parse(facts), null, 2)}\n`, 'utf8');
}
