/** The languages of pages and mails. */
export const languages = ['en', 'de', 'ja'] as const;
export type Language = (typeof languages)[number];

/** The best of ours by an `Accept-Language` header; English when it names none of ours. */
export function languageAccepted(header: string | undefined): Language {
  let best: { readonly language: Language; readonly weight: number } | undefined;
  for (const part of (header ?? '').split(',').slice(0, 20)) {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';');
    const language = languages.find((one) => tag === one || tag.startsWith(`${one}-`));
    const quality = parameters
      .map((parameter) => /^\s*q=([01](?:\.\d{0,3})?)\s*$/.exec(parameter)?.[1])
      .find(Boolean);
    const weight = quality === undefined ? 1 : Number(quality);
    if (language && weight > 0 && weight > (best?.weight ?? 0)) best = { language, weight };
  }
  return best?.language ?? 'en';
}

export function languageNamed(text: string | undefined): Language | undefined {
  return languages.find((language) => language === text);
}

/** The language of who is known by country alone (contract §8). @param country ISO 3166-1, two capital letters */
export function languageOfCountry(country: string): Language {
  if (['DE', 'AT', 'CH'].includes(country)) return 'de';
  return country === 'JP' ? 'ja' : 'en';
}
