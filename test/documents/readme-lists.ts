import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { format, resolveConfig } from 'prettier';
import { createProgram } from '#src/commands/program.ts';
import { settings } from '#src/configuration.ts';

/** The lists of README.md that are written from the program itself: `node test/documents/write-readme.ts` renews them. */
export async function withGeneratedLists(readme: string): Promise<string> {
  const lists = between(between(readme, 'settings', settingsList()), 'commands', commandsList());
  const config = await resolveConfig('README.md');
  const examples = between(between(lists, 'producer', example('producer')), 'receiver', example('receiver'));
  return format(examples, { ...config, parser: 'markdown' });
}

/** An example as it is, which a test runs. */
function example(name: string): string {
  return ['```js', readFileSync(`examples/${name}.mjs`, 'utf8').trimEnd(), '```'].join('\n');
}

function settingsList(): string {
  return settings
    .map(({ variable, description, absent }) => `- \`${variable}\`: ${description} Absent: ${absent}.`)
    .join('\n');
}

function commandsList(): string {
  return leaves(createProgram(), '')
    .map(([name, description]) => `- \`${name}\`: ${description}.`)
    .join('\n');
}

function leaves(command: Command, path: string): readonly (readonly [string, string])[] {
  return command.commands.flatMap((child) => {
    const name = `${path}${child.name()}`;
    if (child.commands.length > 0) return leaves(child, `${name} `);
    const words = child.registeredArguments.map((argument) => argument.name().toUpperCase());
    return [[[name, ...words].join(' '), child.description()] as const];
  });
}

function between(text: string, mark: string, content: string): string {
  const [head, rest] = text.split(`<!-- ${mark} -->`);
  const tail = rest?.split(`<!-- /${mark} -->`)[1];
  if (head === undefined || tail === undefined) throw new Error(`README.md lacks the marks for ${mark}.`);
  return `${head}<!-- ${mark} -->\n\n${content}\n\n<!-- /${mark} -->${tail}`;
}
