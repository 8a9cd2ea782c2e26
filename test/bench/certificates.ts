import { createHash } from 'node:crypto';
import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import type { UpgradeCertificateFacts } from '#src/domain/certificate-facts.ts';
import { codeAlphabet, composeCode, randomSymbols, type CodeKind } from '#src/domain/code.ts';
import { barePage } from '#test/bench/bare-pdfkit.ts';
import { upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

const warmUp = 100;

/** Certificates of fifteen products rendered in this thread. @returns a second of CPU time */
export function certificates(count: number): Promise<number> {
  return perCpuSecond(count, renderCertificate);
}

/** The same content by pdfkit alone. @returns pages a second of CPU time */
export function barePages(count: number): Promise<number> {
  return perCpuSecond(count, barePage);
}

async function perCpuSecond(
  count: number,
  render: (facts: UpgradeCertificateFacts, jws: string) => Promise<Buffer>,
): Promise<number> {
  const documents = Array.from({ length: warmUp + count }, (_, number) => {
    const facts = factsOf(number);
    return { facts, jws: signCertificate(facts, sampleKey) };
  });
  for (const { facts, jws } of documents.slice(0, warmUp)) await render(facts, jws);
  const before = process.cpuUsage();
  for (const { facts, jws } of documents.slice(warmUp)) await render(facts, jws);
  const { user, system } = process.cpuUsage(before);
  return count / ((user + system) / 1_000_000);
}

/** Customer, numbers and codes are different on every certificate, so that nothing is measured that was remembered of another. */
function factsOf(number: number): UpgradeCertificateFacts {
  const code = (kind: CodeKind, prefix: string, salt: string) =>
    composeCode(kind, prefix, symbols(`${number} ${salt}`, randomSymbols[kind]));
  const name = symbols(`${number} name`, 8);
  const { customer, lines } = upgradeFacts();
  return upgradeFacts({
    number: `LC-2026-${String(number).padStart(7, '0')}`,
    orderNumber: `PO-2026-${String(number).padStart(4, '0')}`,
    customer: {
      ...customer,
      account: name.toLowerCase(),
      company: `${name} GmbH`,
      email: `it@${name.toLowerCase()}.example`,
    },
    registrationKey: code('registration-key', 'SP', 'key'),
    lines: lines.map((line, index) =>
      line.activationCode === undefined
        ? line
        : {
            ...line,
            activationCode: code('activation-code', line.activationCode.slice(0, 2), String(index)),
          },
    ),
  });
}

function symbols(seed: string, count: number): string {
  const bytes = createHash('sha256').update(seed).digest();
  return Array.from(bytes.subarray(0, count), (byte) => codeAlphabet.charAt(byte % codeAlphabet.length)).join(
    '',
  );
}
