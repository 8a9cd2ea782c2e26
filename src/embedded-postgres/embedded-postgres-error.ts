/** The embedded server cannot be had; the message says why and what to do, and is meant to be shown as it is. */
export class EmbeddedPostgresError extends Error {
  override readonly name = 'EmbeddedPostgresError';
}
