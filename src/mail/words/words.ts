import type { Language } from '#src/domain/customers/language.ts';
import { de } from '#src/mail/words/de.ts';
import { en, type MailWords } from '#src/mail/words/en.ts';
import { ja } from '#src/mail/words/ja.ts';

export const mailWords: Readonly<Record<Language, MailWords>> = { en, de, ja };
