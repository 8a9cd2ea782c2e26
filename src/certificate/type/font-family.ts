/** A family as Fontsource packages it: one file per slice of Unicode, listed in the package's `unicode.json`. */
export interface FontFamily {
  readonly package: string;
  /** The packages name their variable files after the thinnest instance; this names the one that is used. */
  readonly postScriptName: string;
  /** Chosen from the variable files; null where the package has a file per weight. */
  readonly variableWeight: number | null;
  /** What follows the slice's name in a file's name. */
  readonly fileEnding: string;
  /** Whether its letters join, stack or change places, so that HarfBuzz must place them. */
  readonly shaped: boolean;
}

/** Titles and names. */
export const GARAMOND = variable('eb-garamond', 500, 'EBGaramond-Medium');
/** Running text and figures. */
export const SOURCE_SANS = variable('source-sans-3', 400, 'SourceSans3-Regular');
export const SOURCE_SANS_STRONG = variable('source-sans-3', 600, 'SourceSans3-SemiBold');
/** Codes: it keeps 8 and B, 5 and S, 2 and Z well apart. */
export const PLEX_MONO: FontFamily = {
  package: '@fontsource/ibm-plex-mono',
  postScriptName: 'IBMPlexMono-Medium',
  variableWeight: null,
  fileEnding: '-500-normal.woff2',
  shaped: false,
};
export const NOTO_JAPANESE = variable('noto-sans-jp', 400, 'NotoSansJP-Regular');
export const NOTO_KOREAN = variable('noto-sans-kr', 400, 'NotoSansKR-Regular');
export const NOTO_SIMPLIFIED = variable('noto-sans-sc', 400, 'NotoSansSC-Regular');
export const NOTO_TRADITIONAL = variable('noto-sans-tc', 400, 'NotoSansTC-Regular');
/** Pictures of one colour, sequences included. */
export const NOTO_EMOJI = shaped('noto-emoji', 400, 'NotoEmoji-Regular');

/** One per script that none of the above has; with serifs where there are, since names stand beside Garamond. */
export const SCRIPT_FAMILIES: readonly FontFamily[] = [
  'noto-naskh-arabic',
  'noto-serif-hebrew',
  'noto-serif-thai',
  'noto-serif-devanagari',
  'noto-serif-bengali',
  'noto-serif-tamil',
  'noto-serif-telugu',
  'noto-serif-kannada',
  'noto-serif-malayalam',
  'noto-serif-gujarati',
  'noto-serif-gurmukhi',
  'noto-serif-oriya',
  'noto-serif-sinhala',
  'noto-serif-lao',
  'noto-serif-khmer',
  'noto-serif-tibetan',
  'noto-serif-georgian',
  'noto-serif-armenian',
  'noto-serif-ethiopic',
].map((name) => shaped(name, 450, postScriptNameOf(name)));

/** Scripts without serifs, and signs; the last that are asked. */
export const FURTHER_FAMILIES: readonly FontFamily[] = [
  shapedOfOneWeight('noto-serif-myanmar'),
  ...['thaana', 'syriac', 'cherokee', 'canadian-aboriginal', 'adlam'].map((script) =>
    shaped(`noto-sans-${script}`, 400, postScriptNameOf(`noto-sans-${script}`)),
  ),
  ...['mongolian', 'tifinagh', 'nko'].map((script) => shapedOfOneWeight(`noto-sans-${script}`)),
  shaped('noto-sans', 400, 'NotoSans-Regular'),
  shaped('noto-sans-symbols', 400, 'NotoSansSymbols-Regular'),
  shapedOfOneWeight('noto-sans-symbols-2'),
  shapedOfOneWeight('noto-sans-math'),
];

function variable(name: string, weight: number, postScriptName: string): FontFamily {
  return {
    package: `@fontsource-variable/${name}`,
    postScriptName,
    variableWeight: weight,
    fileEnding: '-wght-normal.woff2',
    shaped: false,
  };
}

function shaped(name: string, weight: number, postScriptName: string): FontFamily {
  return { ...variable(name, weight, postScriptName), shaped: true };
}

function shapedOfOneWeight(name: string): FontFamily {
  return {
    package: `@fontsource/${name}`,
    postScriptName: postScriptNameOf(name),
    variableWeight: null,
    fileEnding: '-400-normal.woff2',
    shaped: true,
  };
}

/** `NotoSerifThai-Regular` of `noto-serif-thai`. */
function postScriptNameOf(name: string): string {
  const words = name.split('-').map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return `${words.join('')}-Regular`;
}
