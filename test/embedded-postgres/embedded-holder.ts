/** A program that runs the embedded PostgreSQL in the folder it is given until it is ended; tests end it badly. */
import { startEmbeddedPostgres } from '#src/embedded-postgres/embedded-postgres.ts';

const [, , directory = '', ending] = process.argv;
const { url } = await startEmbeddedPostgres({ directory });
process.stdout.write(`${url}\n`);
if (ending === 'forget') {
  // Nothing keeps the process: it ends without having stopped the server.
} else if (ending === 'exit') {
  process.exit(7);
} else {
  setInterval(() => {}, 60_000);
}
