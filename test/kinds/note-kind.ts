/** A message kind of the test's own: a note about an account, held when it asks for a person. Its files, by their paths. */
export const noteFiles: Readonly<Record<string, string>> = {
  'src/domain/noting/note.ts': `
export interface AccountNote {
  readonly reseller: string;
  readonly requestNumber: string;
  readonly account: string;
  readonly text: string;
  readonly ask: boolean;
}
`,
  'src/domain/noting/plan-note.ts': `
import type { Approval } from '#src/domain/approval.ts';
import { held, planned, rejected, type Decision } from '#src/domain/decision.ts';
import type { Account } from '#src/domain/holdings.ts';
import type { AccountNote } from '#src/domain/noting/note.ts';

export function planNote(
  note: AccountNote,
  account: Account | undefined,
  approval: Approval,
): Decision<{ readonly account: Account }, 'UNKNOWN_ACCOUNT', 'NOTE_ASKS'> {
  if (!account) return rejected('UNKNOWN_ACCOUNT', 'There is no such account.');
  if (note.ask && !approval.codes.has('NOTE_ASKS')) return held('NOTE_ASKS', 'The note asks for a person.');
  return planned({ account });
}
`,
  'jobs/note.ts': `
import { z } from 'zod';
import * as field from '#jobs/fields.ts';
import type { Kind } from '#jobs/kind.ts';
import type { AccountNote } from '#src/domain/noting/note.ts';

export const noteV1 = z.strictObject({
  reseller: field.resellerName,
  requestNumber: field.referenceNumber,
  account: field.accountId,
  text: field.line(200),
  ask: z.boolean(),
});

export const note = {
  queue: 'notes',
  jobName: 'note.v1',
  path: '/notes',
  schema: noteV1,
  noun: 'note',
  numberField: 'requestNumber',
  conflictCode: 'REQUEST_CONFLICT',
  cause: 'note',
  waitsForItsTurn: true,
  operatorNamesReseller: true,
  identify: ({ reseller, requestNumber, account }: AccountNote) => ({ reseller, number: requestNumber, account }),
  names: ({ account }) => ({ accounts: [account], registrationKeys: [], activationCodes: [] }),
} as const satisfies Kind<AccountNote>;
`,
  'src/fulfillment/deciding/note.ts': `
import type { AccountNote } from '#src/domain/noting/note.ts';
import { planNote } from '#src/domain/noting/plan-note.ts';
import type { Case, Decided, DecidingContext } from '#src/fulfillment/deciding/decided.ts';
import type { WorkingSet } from '#src/fulfillment/deciding/working-set.ts';

export function takeNote(set: WorkingSet, note: Case<AccountNote>, context: DecidingContext): Decided {
  const { content, approval } = note;
  const decision = planNote(content, set.account(content.account), approval);
  if (decision.outcome !== 'planned') return { status: decision.outcome, notes: [], reason: decision.reason };
  const { id, company, email } = decision.plan.account;
  const license = {
    activationCode: 'NO-TE',
    account: id,
    pid: '100101DE02',
    seats: 1,
    validThrough: context.time.today,
    previousSeats: 1,
    previouslyValidThrough: context.time.today,
  };
  return {
    status: 'fulfilled',
    notes: [],
    certificates: [{
      series: note.id,
      number: undefined,
      version: 1,
      facts: {
        kind: 'merge',
        issuedOn: context.time.today,
        reseller: content.reseller,
        orderNumber: content.requestNumber,
        customer: { account: id, company, email },
        mergeKind: 'service',
        product: { pid: license.pid, name: content.text },
        survivor: license,
        merged: [],
      },
    }],
  };
}
`,
  'src/http/messages/note.ts': `
import * as field from '#jobs/fields.ts';
import { listBy, resellerField, type MessageResource } from '#src/http/messages/resource.ts';

export const notes: MessageResource = {
  name: 'AccountNote',
  tag: { name: 'Notes', description: 'What is worth knowing of an account.' },
  description: 'Notes something about an account.',
  previews: true,
  list: listBy({ requestNumber: field.referenceNumber.optional() }, ({ requestNumber }) => ({ number: requestNumber })),
  example: { requestNumber: 'N-1', account: 'acme', text: 'Called.', ask: false },
  fields: { reseller: resellerField, ask: 'Whether a person has to look.' },
};
`,
  'migrations/9999-notes.ts': `
import { Migration } from '@mikro-orm/migrations';

export class Migration9999Notes extends Migration {
  override up(): void {
    this.addSql("alter table message drop constraint message_kind_known");
    this.addSql("alter table license_grant drop constraint license_grant_cause_known");
  }
}
`,
};

/** The one line that each registry gets, with its import. */
export const registries = [
  { file: 'jobs/kinds.ts', line: 'note,', imports: "import { note } from '#jobs/note.ts';" },
  {
    file: 'src/fulfillment/deciding/kinds.ts',
    line: 'note: takeNote,',
    imports: "import { takeNote } from '#src/fulfillment/deciding/note.ts';",
  },
  {
    file: 'src/http/messages/kinds.ts',
    line: 'note: notes,',
    imports: "import { notes } from '#src/http/messages/note.ts';",
  },
] as const;

/** Adds a line behind that of the merge requests. */
export function withEntry(text: string, line: string, imports: string): string {
  const behind = /^ {2}'merge-request': .*,$/m;
  if (!behind.test(text)) throw new Error('There is no registry here.');
  return `${imports}\n${text.replace(behind, (found) => `${found}\n  ${line}`)}`;
}
