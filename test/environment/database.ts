import { randomBytes } from 'node:crypto';
import { inject } from 'vitest';
import { onDatabase, urlOfDatabase } from '#test/environment/admin.ts';

export interface FreshDatabase {
  readonly url: string;
  /** Also ends connections that a test left open. */
  readonly drop: () => Promise<void>;
}

/** An empty database with the current schema, for one test file; whoever asks for it drops it. */
export async function freshDatabase(): Promise<FreshDatabase> {
  return makeDatabase(`template ${inject('templateDatabase')}`);
}

/** A database without any schema, for tests of migrations and of an `api` or `worker` that must refuse it. */
export async function bareDatabase(): Promise<FreshDatabase> {
  return makeDatabase('');
}

async function makeDatabase(from: string): Promise<FreshDatabase> {
  const admin = inject('adminDatabaseUrl');
  const name = `chancery_test_${randomBytes(6).toString('hex')}`;
  await onDatabase(admin, `create database ${name} ${from}`);
  return {
    url: urlOfDatabase(admin, name),
    drop: () => onDatabase(admin, `drop database if exists ${name} with (force)`),
  };
}
