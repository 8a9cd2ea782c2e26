import type { Command } from 'commander';
import { examples } from '#src/commands/terminal/examples.ts';

interface Json {
  readonly json?: boolean;
}

/** Commands about License Certificates and Deployment Kits. */
export function addCertificateCommands(program: Command): void {
  const certificate = program
    .command('certificate')
    .description('License Certificates and the keys that sign them');
  certificate
    .command('verify')
    .argument('<file-or-jws>', 'a PDF file, or the text of its QR code (or a file that holds it)')
    .option('--keys <file>', 'public keys to check against: what /.well-known/jwks.json serves')
    .description('say whether a certificate is genuine, with no connection')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      `
The keys come from --keys, or CERTIFICATE_SIGNING_KEY, or certificate-keys.json in DATA_DIRECTORY, which the other
commands keep up to date. Exit codes: 0 genuine, 1 not genuine (or not to be told).
${examples(['certificate verify LC-2026-0000001-v1.pdf'], ['certificate verify eyJhbGciOiJ… --keys jwks.json'])}`,
    )
    .action(async (fileOrJws: string, options: Json & { readonly keys?: string }) => {
      const { runCertificateVerify } = await import('#src/commands/certificates/certificate-verify.ts');
      process.exitCode = await runCertificateVerify(fileOrJws, options);
    });
  certificate
    .command('keys')
    .description('print the public keys as a JSON Web Key Set')
    .addHelpText('after', examples(['certificate keys > jwks.json']))
    .action(async () => {
      const { runCertificateKeys } = await import('#src/commands/certificates/certificate-keys.ts');
      process.exitCode = await runCertificateKeys();
    });
  const kit = program.command('kit').description('Deployment Kits');
  kit
    .command('verify')
    .argument('<file>', 'a Deployment Kit, as it was downloaded')
    .option('--keys <file>', 'public keys to check against: what /.well-known/jwks.json serves')
    .description('say whether a Deployment Kit is genuine and whole, with no connection')
    .option('--json', 'print one JSON value')
    .addHelpText(
      'after',
      `
The keys come from the same places as for "chancery certificate verify". Signature, certificate, pages and scripts are
checked. Exit codes: 0 genuine, 1 not genuine (or not to be told).
${examples(['kit verify deployment-kit-LC-2026-0000001-v2.zip'], ['kit verify kit.zip --keys jwks.json'])}`,
    )
    .action(async (file: string, options: Json & { readonly keys?: string }) => {
      const { runKitVerify } = await import('#src/commands/certificates/kit-verify.ts');
      process.exitCode = await runKitVerify(file, options);
    });
}
