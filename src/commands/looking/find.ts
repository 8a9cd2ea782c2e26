import { capitalized, kinds } from '#jobs/kinds.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { facts, heading, moment, print, printJson } from '#src/commands/terminal/output.ts';
import { withLedger } from '#src/commands/with-ledger.ts';
import { findCode, type Finding, type Replaced } from '#src/fulfillment/looking/find-code.ts';

/** `chancery find CODE`. */
export async function runFind(code: string, { json }: { readonly json?: boolean }): Promise<0> {
  const found = await withLedger((fulfillment) => findCode(fulfillment, code));
  switch (found.outcome) {
    case 'mistyped':
      throw new CommandError('There is no such code, and its check symbol is wrong: it is mistyped.');
    case 'unknown':
      throw new CommandError(
        'No Registration Key, Activation Code, order, request or certificate is called that.',
      );
    case 'found':
      if (json) printJson(found.findings);
      else print(found.findings.map(findingText).join('\n\n'));
      return 0;
  }
}

function replacedText(replaced: Replaced['replaced'] | undefined): string | undefined {
  if (!replaced) return undefined;
  const { code, until } = replaced;
  return until === null ? `${code}, which resolves no more` : `${code}, which resolves until ${until}`;
}

function findingText(finding: Finding): string {
  switch (finding.what) {
    case 'registration-key':
      return `${heading(`Registration Key ${finding.registrationKey}`)}\n${facts([
        ['suite', `${finding.suite}, ${finding.seats} seats, valid through ${finding.validThrough}`],
        ['customer', finding.company],
        ['account', finding.account ?? 'not registered yet'],
        ['order', `${finding.orderNumber} of ${finding.reseller}`],
        ['certificate', `${finding.certificate.number} version ${finding.certificate.version}`],
        ['alias of', finding.aliasOf],
        ['replaces', replacedText(finding.replaced)],
      ])}`;
    case 'activation-code':
      return `${heading(`Activation Code ${finding.activationCode}`)}\n${facts([
        ['product', `${finding.product} (${finding.pid})`],
        ['customer', finding.company],
        ['account', finding.account],
        ['reseller', finding.reseller],
        ['license', `${finding.type}, ${finding.edition}, ${finding.status}`],
        ['seats', `${finding.seats}, valid through ${finding.validThrough}`],
        ['issued for', finding.registrationKey],
        ['merged into', finding.mergedInto],
        ['replaces', replacedText(finding.replaced)],
      ])}`;
    case 'message':
      return `${heading(`${capitalized(kinds[finding.kind].noun)} ${finding.number}`)}\n${facts([
        ['status', finding.status],
        ['reseller', finding.reseller],
        ['account', finding.account],
        ['accepted', moment(finding.acceptedAt)],
        ['id', finding.id],
      ])}`;
    case 'certificate':
      return `${heading(`Certificate ${finding.number}`)}\n${facts([
        ['version', finding.version],
        ['customer', finding.company],
        ['account', finding.account],
        ['reseller', finding.reseller],
        ['registration key', finding.registrationKey],
        ['written by', finding.message],
      ])}`;
  }
}
