import { readFile } from 'node:fs/promises';
import type { CertificatePayload } from '#src/certificate/certificate-payload.ts';
import type { PublicJwks } from '#src/certificate/public-jwks.ts';
import { verifyCertificateFile } from '#src/certificate/verify-file.ts';
import { verifyJws } from '#src/certificate/verify-jws.ts';
import { knownCertificateKeys } from '#src/commands/certificates/known-certificate-keys.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { changeText, linesTable } from '#src/commands/terminal/outcome-text.ts';
import { facts, print, printJson, styled } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';

interface Verdict {
  readonly verdict: string;
  readonly message: string;
  readonly payload?: CertificatePayload;
  readonly facts?: CertificateFacts;
}

/** `chancery certificate verify FILE-OR-JWS`, offline. @returns 0 genuine, 1 not */
export async function runCertificateVerify(
  fileOrJws: string,
  { keys, json }: { readonly keys?: string; readonly json?: boolean },
): Promise<0 | 1> {
  const content = await contentOf(fileOrJws);
  const verdict = await verdictOn(content, await knownCertificateKeys(keys));
  const genuine = verdict.verdict === 'valid';
  if (json) printJson({ genuine, ...verdict });
  else {
    print(genuine ? styled('green', verdict.message) : `${styled('red', 'Not genuine.')} ${verdict.message}`);
    if (verdict.verdict === 'unknown-key')
      print('If the keys at hand are old, get them again: see "chancery certificate verify --help".');
    if (verdict.facts) print(`\n${statement(verdict.facts)}`);
    else if (verdict.payload) print(`\n${summary(verdict.payload)}`);
  }
  return genuine ? 0 : 1;
}

const compactJws = /^[\w-]+\.[\w-]+\.[\w-]+$/;

async function contentOf(fileOrJws: string): Promise<Buffer> {
  try {
    return await readFile(fileOrJws);
  } catch (error) {
    const text = fileOrJws.trim();
    if (compactJws.test(text) && !text.endsWith('.pdf')) return Buffer.from(text);
    const why = error instanceof Error && 'code' in error ? String(error.code) : '';
    throw new CommandError(
      why === 'ENOENT'
        ? `There is no file ${fileOrJws}, and it is not the text of a certificate's QR code either.`
        : `The file ${fileOrJws} cannot be read (${why}).`,
    );
  }
}

async function verdictOn(content: Buffer, jwks: PublicJwks): Promise<Verdict> {
  if (content.subarray(0, 1024).includes('%PDF-')) return verifyCertificateFile(content, jwks);
  const text = content.subarray(0, 10_000).toString('utf8').trim();
  if (!compactJws.test(text))
    return { verdict: 'not-a-certificate', message: 'This is neither a PDF nor the text of a QR code.' };
  const verdict = verifyJws(text, jwks);
  if (verdict.verdict !== 'valid') return verdict;
  const { number, version } = verdict.payload;
  return {
    ...verdict,
    message: `The signature of certificate ${number} version ${version} is genuine. It states:`,
  };
}

function summary(payload: CertificatePayload): string {
  return facts([
    ['certificate', `${payload.number} version ${payload.version}`],
    ['holder', payload.holder],
    ['suite', payload.suite],
    ['valid through', payload.validThrough],
    [
      'registration key',
      payload.registrationKeyFingerprint && `fingerprint ${payload.registrationKeyFingerprint}`,
    ],
    ['facts', `SHA-256 ${payload.factsSha256}`],
  ]);
}

function statement(certificate: CertificateFacts): string {
  const { number, version, issuedOn, reseller, orderNumber, customer } = certificate;
  const head: [string, string | undefined][] = [
    ['certificate', `${number} version ${version}, issued on ${issuedOn}`],
    ['holder', customer.company],
    ['account', customer.account ?? undefined],
    ['order', reseller === null ? orderNumber : `${orderNumber} of ${reseller}`],
  ];
  switch (certificate.kind) {
    case 'upgrade': {
      const { suite, seats, validThrough, registrationKey, lines } = certificate;
      const more: [string, string][] = [
        ['suite', `${suite.name} (${suite.code})`],
        ['seats', `${seats}, valid through ${validThrough}`],
        ['registration key', registrationKey],
      ];
      return `${facts([...head, ...more])}\n\n${linesTable(lines)}`;
    }
    case 'change': {
      const { change, suite, seats, validThrough, registrationKey, lines } = certificate;
      const more: [string, string | undefined][] = [
        ['change', change],
        ['suite', suite ? `${suite.name} (${suite.code})` : undefined],
        ['seats', seats === undefined ? undefined : `${seats}, valid through ${validThrough}`],
        ['registration key', registrationKey ?? undefined],
      ];
      return `${facts([...head, ...more])}\n\n${linesTable(lines)}`;
    }
    case 'undo-merge':
    case 'merge': {
      const { product, survivor } = certificate;
      const others = certificate.kind === 'merge' ? certificate.merged : certificate.restored;
      const rows = [survivor, ...others].map((license, i) => [
        i === 0 ? 'retained' : certificate.kind === 'merge' ? 'merged' : 'restored',
        license.account,
        license.activationCode,
        changeText(license.previousSeats, license.seats),
        changeText(license.previouslyValidThrough, license.validThrough),
      ]);
      const columns = [
        { title: '' },
        { title: 'Account', shrinkTo: 10 },
        { title: 'Activation Code' },
        { title: 'Seats' },
        { title: 'Valid through', shrinkTo: 13 },
      ];
      return `${facts([...head, ['product', `${product.name} (${product.pid})`]])}\n\n${table(columns, rows)}`;
    }
  }
}
