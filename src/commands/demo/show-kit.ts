import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { showPath } from '#src/commands/demo/show-path.ts';
import type { Stage } from '#src/commands/demo/stage.ts';
import { CommandError } from '#src/commands/terminal/command-error.ts';
import { heading, print, printProse, styled } from '#src/commands/terminal/output.ts';
import { table } from '#src/commands/terminal/table.ts';
import { publicUrlOf } from '#src/configuration.ts';
import { deploymentKit } from '#src/fulfillment/looking/deployment-kit.ts';
import { verifyKit } from '#src/kit/verify-kit.ts';
import { reading, statement } from '#src/persistence/database.ts';

const account = 'acme';

/** Writes the Deployment Kit of the first customer that registered, and verifies it. */
export async function showKit({ system, output }: Stage): Promise<void> {
  const { fulfillment, signingKey, configuration, database } = system;
  const [key] = await statement<{ readonly id: string }>(
    reading(database),
    'select id from registration_key where account = $1 and alias_of is null order by issued_at limit 1',
    [account],
  );
  if (!key) throw new CommandError(`The account ${account} of the demo has no Registration Key.`);
  const publicUrl = () => publicUrlOf(configuration);
  const kit = await deploymentKit(fulfillment, { signingKey, publicUrl }, { id: key.id });
  if (kit.outcome !== 'ready') throw new CommandError(`The Deployment Kit of the demo is ${kit.outcome}.`);
  const file = join(output, kit.filename);
  await writeFile(file, kit.zip);
  const jwks = await system.jwks();
  const verdict = await verifyKit(kit.zip, jwks);
  if (verdict.verdict !== 'valid')
    throw new CommandError(`The Deployment Kit is not genuine: ${verdict.message}`);
  print(heading('Deployment Kit'));
  printProse(
    `What ${account} downloads to install the products that are new to it: codes, certificate, and scripts that download, compare and install. Their installers are samples here; "npm start" serves them.\n`,
  );
  print(
    table(
      [
        { title: 'Product', shrinkTo: 20 },
        { title: 'Activation Code' },
        { title: 'Installers', shrinkTo: 16 },
      ],
      verdict.kit.products.map(({ product, activationCode, downloads = [], console }) => [
        product,
        activationCode,
        console === undefined
          ? [...new Set(downloads.map(({ platform }) => platform))].join(', ')
          : 'a service',
      ]),
    ),
  );
  print(`\n${styled('green', verdict.message)}\nTo check it yourself, with no connection:\n`);
  const keys = showPath(join(output, 'certificate-keys.json'));
  print(`  npx chancery kit verify ${showPath(file)} --keys ${keys}`);
}
