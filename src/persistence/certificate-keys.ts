import { statement, type Transaction } from '#src/persistence/database.ts';

/** The public half of a key that signed certificates. */
export interface StoredCertificateKey {
  readonly kid: string;
  /** The 32 public bytes in base64url. */
  readonly publicKey: string;
  /** ISO date. */
  readonly signsSince: string;
}

/** All of them, oldest first. */
export async function findCertificateKeys(tx: Transaction): Promise<readonly StoredCertificateKey[]> {
  return statement(
    tx,
    `select kid, public_key as "publicKey", to_char(signs_since at time zone 'UTC', 'YYYY-MM-DD') as "signsSince"
     from certificate_key order by signs_since, kid`,
  );
}

/** Keeps a key for ever. Repeating it changes nothing. */
export async function keepCertificateKey(
  tx: Transaction,
  { kid, publicKey }: Pick<StoredCertificateKey, 'kid' | 'publicKey'>,
): Promise<void> {
  await statement(
    tx,
    'insert into certificate_key (kid, public_key) values ($1, $2) on conflict on constraint certificate_key_pkey do nothing',
    [kid, publicKey],
  );
}

/** How many of the oldest and of the newest certificates are looked at: keys change seldom. */
const looked = 500;

/** The headers of signatures among the oldest and the newest rendered certificates. */
export async function findSignatureHeaders(tx: Transaction): Promise<readonly string[]> {
  const rows = await statement<{ readonly header: string }>(
    tx,
    `select distinct split_part(jws, '.', 1) as header from (
       (select jws from certificate_pdf order by number, version limit ${looked})
       union all
       (select jws from certificate_pdf order by number desc, version desc limit ${looked})) as ends`,
  );
  return rows.map(({ header }) => header);
}
