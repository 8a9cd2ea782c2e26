import { zipSync, type Zippable } from 'fflate';
import type { SigningKey } from '#src/certificate/signing-key.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import { activationCodesCsv } from '#src/kit/activation-codes.ts';
import { installPs1 } from '#src/kit/install-ps1.ts';
import { installSh } from '#src/kit/install-sh.ts';
import { kitJson, type KitFacts } from '#src/kit/kit-facts.ts';
import { hashesOf, signKit } from '#src/kit/kit-signature.ts';
import { startHere } from '#src/kit/start-here.ts';

/** The certificate that a kit holds. */
export interface KitCertificate {
  readonly facts: CertificateFacts;
  readonly pdf: Buffer;
}

/** By name, everything in a kit but the signature. All of it follows from the facts and the certificate. */
export function kitFiles(
  facts: KitFacts,
  { facts: certificate, pdf }: KitCertificate,
): ReadonlyMap<string, Buffer> {
  const pdfName = `${facts.certificate.number}-v${facts.certificate.version}.pdf`;
  return new Map([
    ['START-HERE.html', startHere(facts, certificate, pdfName)],
    ['activation-codes.csv', activationCodesCsv(facts)],
    [pdfName, pdf],
    ['install.sh', Buffer.from(installSh(facts), 'utf8')],
    ['install.ps1', Buffer.from(installPs1(facts), 'utf8')],
    [KIT_JSON, kitJson(facts)],
  ]);
}

export const KIT_JSON = 'kit.json';
export const KIT_SIGNATURE = 'kit.json.jws';

/**
 * The Deployment Kit as a ZIP. The same facts, certificate and key give the same bytes on any machine: fflate compresses in JavaScript,
 * and every file has the day of the certificate as its date.
 */
export function buildKit(facts: KitFacts, certificate: KitCertificate, key: SigningKey): Buffer {
  const files = new Map(kitFiles(facts, certificate));
  const signature = signKit(kitJson(facts), key, hashesOf(files));
  files.set(KIT_SIGNATURE, Buffer.from(signature, 'latin1'));
  const entries = [...files].map(([name, bytes]) => [
    name,
    [bytes, settingsOf(name, certificate.facts.issuedOn)],
  ]);
  const zippable: Zippable = Object.fromEntries(entries);
  return Buffer.from(zipSync(zippable));
}

/** Made on Unix: regular files, scripts executable. */
const unix = 3;
const [regular, executable] = [0o100644, 0o100755];

function settingsOf(name: string, day: string) {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return {
    // ZIP knows no zone: the parts of the local time are what is written.
    mtime: new Date(year, month - 1, date, 12),
    os: unix,
    attrs: (name.endsWith('.sh') ? executable : regular) * 0x10000,
    level: name.endsWith('.pdf') ? 6 : 9,
  } as const;
}
