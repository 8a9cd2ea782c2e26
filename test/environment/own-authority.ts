import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { generate } from 'selfsigned';

/** A certificate authority nobody knows, and a certificate of it for 127.0.0.1 and localhost; files in PEM. */
export interface OwnAuthority {
  /** Its certificate, for clients. */
  readonly caFile: string;
  /** The server's certificate and key. */
  readonly certificateFile: string;
  readonly keyFile: string;
}

/** @param addresses that the server's certificate is for, beside localhost */
export async function ownAuthority(
  folder: string,
  addresses: readonly string[] = ['127.0.0.1'],
): Promise<OwnAuthority> {
  const elliptic = { keyType: 'ec', algorithm: 'sha256' } as const;
  const ca = await generate([{ name: 'commonName', value: 'own authority' }], {
    ...elliptic,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  const server = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...elliptic,
    ca: { key: ca.private, cert: ca.cert },
    extensions: [
      { name: 'basicConstraints', cA: false },
      // What Redis speaks with the others of its cluster, it is a client of, too.
      { name: 'extKeyUsage', serverAuth: true, clientAuth: true },
      {
        name: 'subjectAltName',
        altNames: [{ type: 2, value: 'localhost' }, ...addresses.map((ip) => ({ type: 7, ip }) as const)],
      },
    ],
  });
  const write = async (name: string, content: string, mode = 0o644) => {
    await writeFile(join(folder, name), content, { mode });
    return join(folder, name);
  };
  return {
    caFile: await write('ca.pem', ca.cert),
    certificateFile: await write('server.pem', server.cert),
    keyFile: await write('server.key', server.private, 0o600),
  };
}
