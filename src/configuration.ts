import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { placeOf as whereIs } from '#src/mechanisms/database-url.ts';
import { readEnvironmentFile } from '#src/mechanisms/environment-file.ts';
import { schema } from '#src/settings/schema.ts';
import { metadata } from '#src/settings/shapes.ts';

export type Configuration = Readonly<z.output<typeof schema>>;

export interface Setting {
  readonly variable: string;
  readonly description: string;
  /** What holds when the variable is absent, in words. */
  readonly absent: string;
}

/** For the README's list, help and `chancery doctor`; in the order in which a reader wants to hear of them. */
export const settings: readonly Setting[] = Object.entries(schema.shape).map(([name, field]) => {
  const { description, absent } = metadata.parse(field.meta());
  return { variable: variableOf(name), description, absent };
});

/** All faults at once. The values themselves are not in it. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly faults: readonly ConfigurationFault[];

  constructor(faults: readonly ConfigurationFault[]) {
    const lines = faults.map((fault) => `  ${fault.variable} ${fault.message}`);
    super(`The configuration (environment or .env) is wrong:\n${lines.join('\n')}`);
    this.faults = faults;
  }
}

export interface ConfigurationFault {
  readonly variable: string;
  /** Completes a sentence that begins with the variable. */
  readonly message: string;
}

/** Throws `ConfigurationError`. This file is the only one that reads the environment. */
export function readConfiguration(
  environment: Readonly<Record<string, string | undefined>> = rawEnvironment(),
): Configuration {
  const values = Object.keys(schema.shape).map((name) => {
    const text = environment[variableOf(name)]?.trim();
    return [name, text === '' ? undefined : text];
  });
  const parsed = schema.safeParse(Object.fromEntries(values));
  const apart = faultsOfParts((variable) => (environment[variable]?.trim() ?? '') !== '');
  if (parsed.success && apart.length === 0) return parsed.data;
  const issues = parsed.success ? [] : parsed.error.issues;
  const faults = [
    ...issues.map((issue) => ({ variable: variableOf(String(issue.path[0])), message: issue.message })),
    ...apart,
  ];
  // Each node of a list may have the same fault.
  const distinct = new Map(faults.map((fault) => [`${fault.variable} ${fault.message}`, fault]));
  throw new ConfigurationError([...distinct.values()]);
}

const oidcVariables = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'];

/** Settings that mean something together alone: each that is set is told what is missing beside it. */
function faultsOfParts(isSet: (variable: string) => boolean): readonly ConfigurationFault[] {
  const missing = oidcVariables.filter((variable) => !isSet(variable));
  const there = oidcVariables.filter(isSet);
  if (missing.length === 0) return [];
  return there.map((variable) => ({ variable, message: `needs ${missing.join(' and ')} beside it` }));
}

/** The environment as it is: for what works before, or in spite of, a configuration with faults. */
export function rawEnvironment(): Readonly<Record<string, string | undefined>> {
  return process.env;
}

/**
 * Adds the variables of a `.env` file to the environment, if there is one; those that are set already stay. It is read as Docker Compose
 * reads it. Throws `ConfigurationError` when it cannot be read, or names a setting almost: nothing may start on other servers than those
 * that were meant.
 */
export function loadEnvironmentFile(path = '.env'): void {
  if (!existsSync(path)) return;
  const { values, faults } = readEnvironmentFile(readFileSync(path), (name) => process.env[name]);
  const told = [
    ...faults.map(({ line, variable, message }) =>
      variable === undefined ? `line ${line} ${message}` : `line ${line}: ${variable} ${message}`,
    ),
    ...Object.keys(values).flatMap((name) => {
      const meant = settingAlmostNamed(name);
      return meant === undefined ? [] : [`names ${printable(name)}, which is no setting: ${meant} is`];
    }),
  ];
  if (told.length > 0) throw new ConfigurationError(told.map((message) => ({ variable: path, message })));
  for (const [name, value] of Object.entries(values)) process.env[name] ??= value;
}

function settingAlmostNamed(name: string): string | undefined {
  const likened = name.toUpperCase().replaceAll(/[.-]/g, '_');
  return settings.find(({ variable }) => variable === likened && variable !== name)?.variable;
}

function printable(name: string): string {
  return name.replaceAll(/[^!-~]/g, '?').slice(0, 80);
}

/** Where the ledger is, for people. */
export function placeOf({ databaseUrl, dataDirectory }: Configuration): string {
  if (databaseUrl === undefined) return `embedded PostgreSQL in ${resolve(dataDirectory)}`;
  return `PostgreSQL at ${whereIs(databaseUrl)}`;
}

function variableOf(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase();
}

/** Where customers may sign in beside the codes; undefined where nothing is set. */
export function oidcOf({ oidcIssuer, oidcClientId, oidcClientSecret }: Configuration) {
  if (oidcIssuer === undefined || oidcClientId === undefined || oidcClientSecret === undefined)
    return undefined;
  return { issuer: oidcIssuer, clientId: oidcClientId, clientSecret: oidcClientSecret };
}

/** Where browsers reach this installation, without a slash at its end; on a port that was left to chance, what was said of it. */
export function publicUrlOf({ publicUrl, httpHost, httpPort }: Configuration): string {
  const host = httpHost.includes(':') ? `[${httpHost}]` : httpHost;
  return publicUrl ?? `http://${host}:${httpPort}`;
}
