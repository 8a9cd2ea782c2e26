import { randomBytes } from 'node:crypto';
import { codeAlphabet, composeCode, randomSymbols, type CodeKind } from '#src/domain/code.ts';

/** Random bytes are drawn in blocks: one call of the cryptographic source serves many codes. */
const blockBytes = 4096;

/** Bytes from here on would make some symbols likelier than others (modulo bias), and are thrown away. */
const firstBiasedByte = 256 - (256 % codeAlphabet.length);

let block = Buffer.alloc(0);
let used = 0;

/** A fresh code from a cryptographic source, every symbol equally likely. That it is unique, the database's index says. */
export function drawCode(kind: CodeKind, prefix: string): string {
  let symbols = '';
  while (symbols.length < randomSymbols[kind]) {
    const byte = nextByte();
    if (byte < firstBiasedByte) symbols += codeAlphabet.charAt(byte % codeAlphabet.length);
  }
  return composeCode(kind, prefix, symbols);
}

/** Bytes of a certificate's secret: 128 bits. */
const secretBytes = 16;

/** A fresh secret for a certificate's facts, in base64url (contract §2). */
export function drawSecret(): string {
  if (used + secretBytes > block.length) renewBlock();
  used += secretBytes;
  return block.toString('base64url', used - secretBytes, used);
}

function nextByte(): number {
  if (used === block.length) renewBlock();
  const byte = block[used] ?? 0;
  used += 1;
  return byte;
}

function renewBlock(): void {
  block = randomBytes(blockBytes);
  used = 0;
}
