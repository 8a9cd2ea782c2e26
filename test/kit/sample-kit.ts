import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import type { CertificateFacts } from '#src/domain/certificate-facts.ts';
import type { KitCertificate } from '#src/kit/build-kit.ts';
import type { KitDownload, KitFacts } from '#src/kit/kit-facts.ts';
import { upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

export function aDownload(changes: Partial<KitDownload> = {}): KitDownload {
  return {
    platform: 'linux',
    version: '14.0',
    url: 'https://downloads.example/office%20scan.bin',
    sha256: 'ab'.repeat(32),
    bytes: 1_234_567,
    install: ['{file}', '--code={activationCode}'],
    ...changes,
  };
}

/** A product to install, a service, and one that the catalog knows nothing of. */
export function kitFacts(changes: Partial<KitFacts> = {}): KitFacts {
  const license = { seats: 250, validThrough: '2027-11-30' };
  return {
    kit: 1,
    account: 'acme',
    suite: 'SPC',
    certificate: { number: 'LC-2026-0000001', version: 1 },
    products: [
      {
        product: 'OfficeScan',
        pid: '100101EN01',
        activationCode: 'OS-9K2M-4T7XW-Q8H3C-ZP5VN-6RJDA-BE2GY',
        ...license,
        downloads: [aDownload(), aDownload({ platform: 'windows' }), aDownload({ platform: 'macos' })],
      },
      {
        product: 'Hosted Email Security',
        pid: '100204EN01',
        activationCode: 'HE-2WTK-7PXQN-M4HZC-8VGJY-3RBDE-6FAU9',
        ...license,
        console: 'https://hosted-email.example/console?a=1&b=2',
      },
      {
        product: '=Strange “Product” d’or <b>',
        pid: '100999EN01',
        activationCode: 'XX-3F8P-KD6YH-2MWQ9-TXJ4V-G7BCN-5RZEU',
        ...license,
      },
    ],
    ...changes,
  };
}

export async function kitCertificate(facts: CertificateFacts = upgradeFacts()): Promise<KitCertificate> {
  return { facts, pdf: await renderCertificate(facts, signCertificate(facts, sampleKey)) };
}
