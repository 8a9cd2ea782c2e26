import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { barePage } from '#test/bench/bare-pdfkit.ts';
import { upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

const warmUp = 30;
const facts = upgradeFacts();
const jws = signCertificate(facts, sampleKey);

/** Certificates of fifteen products rendered in this thread. @returns a second of CPU time */
export function certificates(count: number): Promise<number> {
  return perCpuSecond(count, () => renderCertificate(facts, jws));
}

/** The same content by pdfkit alone. @returns pages a second of CPU time */
export function barePages(count: number): Promise<number> {
  return perCpuSecond(count, () => barePage(facts, jws));
}

async function perCpuSecond(count: number, render: () => Promise<Buffer>): Promise<number> {
  for (let i = 0; i < warmUp; i += 1) await render();
  const before = process.cpuUsage();
  for (let i = 0; i < count; i += 1) await render();
  const { user, system } = process.cpuUsage(before);
  return count / ((user + system) / 1_000_000);
}
