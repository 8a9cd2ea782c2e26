import { access, constants, mkdir, rename, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import type { MailSender } from '#src/mail/sender.ts';

/** Without a mail server each mail becomes a file `*.eml`, which mail programs open. @param dataDirectory DATA_DIRECTORY */
export function createFolderSender(dataDirectory: string): MailSender {
  const folder = resolve(dataDirectory, 'mail');
  const prepare = () => mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    place: `files in ${folder}`,
    async send({ id, name, raw }, beforeItsEnd) {
      try {
        await prepare();
        const file = join(folder, `${name}-${id}.eml`);
        await writeFile(`${file}.part`, raw, { mode: 0o600 });
        if (!(await beforeItsEnd())) return { outcome: 'not-now', fault: 'Another process is sending it.' };
        await rename(`${file}.part`, file);
        return { outcome: 'sent' };
      } catch (error) {
        return { outcome: 'not-now', fault: error instanceof Error ? error.message : String(error) };
      }
    },
    async verify() {
      await prepare();
      await access(folder, constants.W_OK);
    },
  };
}
