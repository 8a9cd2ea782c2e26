import type { Language } from '#src/domain/customers/language.ts';

/** English as it is written where no day is taken for a month. */
const locales: Readonly<Record<Language, string>> = { en: 'en-GB', de: 'de-DE', ja: 'ja-JP' };

const dates = new Map<Language, Intl.DateTimeFormat>();
const numbers = new Map<Language, Intl.NumberFormat>();
const instants = new Map<Language, Intl.DateTimeFormat>();

/** A calendar date in words: `30 November 2027`. */
export function dateInWords(date: string, language: Language): string {
  let format = dates.get(language);
  if (!format) {
    format = new Intl.DateTimeFormat(locales[language], { dateStyle: 'long', timeZone: 'UTC' });
    dates.set(language, format);
  }
  return format.format(new Date(`${date}T00:00:00Z`));
}

/** An instant in UTC: `28 November 2026 at 02:15 UTC`. */
export function instantInWords(instant: string, language: Language): string {
  let format = instants.get(language);
  if (!format) {
    format = new Intl.DateTimeFormat(locales[language], {
      dateStyle: 'long',
      timeStyle: 'short',
      timeZone: 'UTC',
    });
    instants.set(language, format);
  }
  return `${format.format(new Date(instant))} UTC`;
}

export function numberInWords(value: number, language: Language): string {
  let format = numbers.get(language);
  if (!format) {
    format = new Intl.NumberFormat(locales[language]);
    numbers.set(language, format);
  }
  return format.format(value);
}
