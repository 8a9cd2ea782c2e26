import { renderCertificate } from '#src/certificate/render-pdf.ts';
import { signCertificate } from '#src/certificate/sign.ts';
import { NAMES } from '#test/certificate/names-of-the-world.ts';
import { lines, upgradeFacts } from '#test/certificate/sample-facts.ts';
import { sampleKey } from '#test/certificate/sample-key.ts';

/**
 * `node test/bench/names.ts`: what a name in each script costs a certificate of five products, in a process that has rendered a plain one.
 * The first rendering reads the script's font; the others are the median of 30.
 */
const repeats = 30;

async function render(company: string, country: string): Promise<{ ms: number; bytes: number }> {
  const customer = { account: 'customer', company, contact: 'IT', email: 'it@customer.example', country };
  const facts = upgradeFacts({ lines: lines(5), customer });
  const jws = signCertificate(facts, sampleKey);
  const startedAt = performance.now();
  const { length } = await renderCertificate(facts, jws);
  return { ms: performance.now() - startedAt, bytes: length };
}

const plain = { company: 'ACME GmbH', country: 'DE' };
for (let i = 0; i < repeats; i += 1) await render(plain.company, plain.country);
console.log('| name | first, ms | then, ms | bytes |\n|---|---|---|---|');
for (const { company, country } of [plain, ...NAMES]) {
  const first = await render(company, country);
  const more: number[] = [];
  for (let i = 0; i < repeats; i += 1) more.push((await render(company, country)).ms);
  const median = more.sort((a, b) => a - b)[repeats / 2] ?? 0;
  console.log(`| ${company} | ${first.ms.toFixed(0)} | ${median.toFixed(1)} | ${first.bytes} |`);
}
