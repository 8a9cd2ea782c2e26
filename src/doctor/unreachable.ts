/** What to do when PostgreSQL does not let us in. @param error what the driver, the network or the server said */
export function adviceForUnreachable(error: Error): string {
  const cause = error instanceof AggregateError && error.errors[0] instanceof Error ? error.errors[0] : error;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : '';
  const said = `${code} ${cause.message}`;
  if (/does not support SSL/.test(said))
    return 'Turn on ssl at the server, or write sslmode=prefer (TLS where there is some) or sslmode=disable in DATABASE_URL.';
  if (/ALTNAME/.test(said))
    return 'Name the host in DATABASE_URL as its certificate does, or write sslmode=verify-ca.';
  if (/certificate|self.signed|issuer/i.test(said))
    return 'Add sslrootcert=FILE (the authority that signed the certificate, as PEM) to DATABASE_URL; sslmode=require encrypts without asking who answers.';
  if (/read-only/.test(said))
    return 'Let one of the hosts of DATABASE_URL be the primary, and look at default_transaction_read_only.';
  switch (code) {
    case '28P01':
    case '28000':
      return 'Correct user and password in DATABASE_URL (% is written %25, @ %40, / %2F), and look at pg_hba.conf.';
    case '3D000':
      return 'Create the database (CREATE DATABASE … ENCODING UTF8), or correct its name in DATABASE_URL.';
    case '53300':
      return 'Raise max_connections, or end what takes them; DATABASE_CONNECTIONS lowers what each process takes.';
    case 'ENOENT':
      return 'Correct the file or the folder of the socket that DATABASE_URL names.';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return "Correct the host's name in DATABASE_URL; nobody knows it here.";
    default:
      return 'Start it, or correct DATABASE_URL.';
  }
}
