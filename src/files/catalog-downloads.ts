import { z } from 'zod';
import { platforms } from '#src/domain/catalog.ts';

/** What a catalog says of the parts that customers get: downloads and consoles. */

const isWebAddress = (text: string): boolean => {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password } = new URL(text);
  return (protocol === 'https:' || protocol === 'http:') && username === '' && password === '';
};

export const webAddress = z
  .string()
  .max(2000)
  .refine(isWebAddress, 'must be an address like https://downloads.example/product.bin, without credentials');

/** A path of ours begins with one slash; with two it would be another host. */
const ownPath = /^\/(?!\/)[A-Za-z0-9._~/-]+$/;

// Control characters have no place in a command: they are what is refused.
// eslint-disable-next-line no-control-regex -- see above
const control = /[\u0000-\u001F\u007F]/;

const argument = z
  .string()
  .max(2000)
  .refine((text) => !control.test(text), 'must not hold line breaks or control characters');

export const download = z.strictObject({
  platform: z.enum(platforms),
  version: z
    .string()
    .min(1)
    .max(64)
    .refine((text) => !control.test(text), 'must be printable'),
  url: z
    .string()
    .max(2000)
    .refine(
      (text) => ownPath.test(text) || isWebAddress(text),
      'must be an http(s) address without credentials, or a path that this Chancery serves, as /samples/…',
    ),
  sha256: z
    .string()
    .regex(/^[0-9A-Fa-f]{64}$/, 'must be 64 hexadecimal digits, as sha256sum prints them')
    .transform((text) => text.toLowerCase()),
  bytes: z
    .int()
    .positive()
    .max(2 ** 40),
  install: z
    .array(argument)
    .min(1)
    .max(64)
    .refine(([program]) => program !== '', 'must begin with a program')
    .refine(
      (all) => all.length === 0 || all.some((text) => text.includes('{file}')),
      'must name {file} somewhere',
    ),
});
