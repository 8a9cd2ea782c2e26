import type { Contents, MessageKind } from '#jobs/kinds.ts';
import { messageOf, type Message } from '#jobs/message.ts';
import type { Ledger } from '#test/fulfillment/open-ledger.ts';

type Query = Ledger['query'];

/** Registration Keys and Activation Codes. */
const code = /[A-Z]{2}-[\dA-Z]{4}(?:(?:-[\dA-Z]{5}){5}|(?:-[\dA-Z]{4}){3})/g;

/**
 * A message of one ledger as another one has it, in which the same messages were decided: a code is chance, so that it names the code
 * there that has its place (the second one of the key that was issued for that order, say).
 * @param messages ids of messages there by their ids here
 */
export async function translated<Kind extends MessageKind>(
  { kind, content }: { readonly kind: Kind; readonly content: Contents[Kind] },
  here: Query,
  there: Query,
  messages: ReadonlyMap<string, string>,
): Promise<Message<Kind>> {
  const text = JSON.stringify(content);
  const codes = new Map<string, string>();
  for (const [own] of text.matchAll(code))
    if (!codes.has(own)) codes.set(own, (await codeThere(own, here, there, messages)) ?? own);
  const other: Contents[Kind] = JSON.parse(text.replaceAll(code, (own) => codes.get(own) ?? own));
  return messageOf(kind, other);
}

async function codeThere(
  own: string,
  here: Query,
  there: Query,
  messages: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const thing = await thingOf(here, own);
  if (!thing) return undefined;
  const codes = await codesOf(here, thing);
  const [origin] = await here<Origin>(origins[thing.what], [thing.id]);
  const found = origin
    ? await there<Thing>(originated[thing.what], [messages.get(origin.message) ?? null, origin.pid])
    : [await thingOf(there, codes[0] ?? '')];
  const [other] = found;
  const code = other && (await codesOf(there, other))[codes.indexOf(own)];
  if (code !== undefined) return code;
  const what = `code ${codes.indexOf(own) + 1} of ${codes.length} of a ${thing.what}`;
  throw new Error(
    `There is no ${what} in the other ledger: ${JSON.stringify({ own, thing, origin, other })}`,
  );
}

interface Thing {
  readonly what: 'registration_key' | 'license';
  readonly id: string;
}

/** The message that made a key or license, with the license's product; an imported one was made by none. */
interface Origin {
  readonly message: string;
  readonly pid: string | null;
}

async function thingOf(query: Query, named: string): Promise<Thing | undefined> {
  const [thing] = await query<Thing>(
    `select 'registration_key' as what, id from registration_key where code = $1
     union all select 'license', id from license where activation_code = $1
     union all select case when license is null then 'registration_key' else 'license' end, coalesce(registration_key, license)
       from retired_code where code = $1`,
    [named],
  );
  return thing;
}

/** The codes of a thing one after the other; the last is the one of today. */
async function codesOf(query: Query, { what, id }: Thing): Promise<readonly string[]> {
  const column = what === 'license' ? 'activation_code' : 'code';
  const rows = await query<{ readonly code: string }>(
    `(select code from retired_code join message on message.id = retired_code.replaced_by where retired_code.${what} = $1::uuid order by decided_number)
     union all select ${column} from ${what} where id = $1::uuid`,
    [id],
  );
  return rows.map((row) => row.code);
}

const origins = {
  registration_key: `select message, null as pid from registration_key as key
     join certificate on certificate.number = key.certificate_number and version = 1 where key.id = $1::uuid`,
  license: `select coalesce(hold.message, cause) as message, pid from license
     join license_grant on license_grant.license = license.id and number = 1 left join hold on hold.id = cause
     where license.id = $1::uuid and cause_kind <> 'import'`,
} as const satisfies Record<Thing['what'], string>;

const originated = {
  registration_key: `select 'registration_key' as what, key.id from certificate
     join registration_key as key on key.certificate_number = certificate.number
     where certificate.message = $1::uuid and certificate.version = 1 and $2::text is null`,
  license: `select 'license' as what, license.id from license_grant join license on license.id = license_grant.license
     where number = 1 and pid = $2 and cause in (select $1::uuid union all select id from hold where message = $1::uuid)`,
} as const satisfies Record<Thing['what'], string>;
