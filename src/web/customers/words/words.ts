import type { Language } from '#src/domain/customers/language.ts';
import { de } from '#src/web/customers/words/de.ts';
import { en, type Words } from '#src/web/customers/words/en.ts';
import { ja } from '#src/web/customers/words/ja.ts';

export const wordsOf: Readonly<Record<Language, Words>> = { en, de, ja };
