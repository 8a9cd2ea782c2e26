import { randomBytes } from 'node:crypto';
import type { TestProject } from 'vitest/node';
import { migrateAll } from '#src/process/migrate-all.ts';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';
import { embeddedServices } from '#test/environment/embedded-services.ts';
import { givenServices } from '#test/environment/given-services.ts';
import type { Services } from '#test/environment/services.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** A superuser's URL, to make and drop databases with. */
    adminDatabaseUrl: string;
    /** A migrated database that nobody may be connected to, to make others from. */
    templateDatabase: string;
    redisUrl: string | null;
    redisAbsence: string | null;
  }
}

/** Provides the servers for the whole run and a migrated template database. The first that applies is taken. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const services = givenServices(process.env) ?? (await servicesOfThisMachine());
  process.stderr.write(`Tests run on ${services.told}.\n`);
  const templateDatabase = `chancery_template_${randomBytes(5).toString('hex')}`;
  try {
    await onDatabase(services.adminUrl, `create database ${templateDatabase}`);
    await migrateAll(urlOfDatabase(services.adminUrl, templateDatabase), { redisUrl: undefined });
  } catch (error) {
    await services.stop();
    throw error;
  }
  project.provide('adminDatabaseUrl', services.adminUrl);
  project.provide('templateDatabase', templateDatabase);
  project.provide('redisUrl', services.redisUrl);
  project.provide('redisAbsence', services.redisAbsence);
  return async () => {
    try {
      await onDatabase(services.adminUrl, `drop database if exists ${templateDatabase} with (force)`);
    } finally {
      await services.stop();
    }
  };
}

async function servicesOfThisMachine(): Promise<Services> {
  // What names programs of this machine is for these, also where containers could be had.
  const named = ['TEST_POSTGRES_PROGRAMS', 'TEST_REDIS_PROGRAM'].filter(
    (name) => process.env[name] !== undefined,
  );
  if (named.length > 0) return embeddedServices(`${named.join(' and ')} set`);
  // Imported only now: the client library takes half a second to load.
  const { containerServices } = await import('#test/environment/container-services.ts');
  const services = await containerServices();
  return typeof services === 'string' ? embeddedServices(services) : services;
}
