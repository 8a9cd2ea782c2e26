/** The file as a whole cannot be imported; nothing was recorded. The message is a sentence for the person who started the import. */
export class ImportRefusedError extends Error {
  override readonly name = 'ImportRefusedError';
}
