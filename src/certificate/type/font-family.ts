/** A family as Fontsource packages it: one file per slice of Unicode, listed in the package's `unicode.json`. */
export interface FontFamily {
  readonly package: string;
  /** The packages name their variable files after the thinnest instance; this names the one that is used. */
  readonly postScriptName: string;
  /** Chosen from the variable files; null where the package has a file per weight. */
  readonly variableWeight: number | null;
  /** What follows the slice's name in a file's name. */
  readonly fileEnding: string;
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
};
export const NOTO_JAPANESE = variable('noto-sans-jp', 400, 'NotoSansJP-Regular');
export const NOTO_KOREAN = variable('noto-sans-kr', 400, 'NotoSansKR-Regular');
export const NOTO_SIMPLIFIED = variable('noto-sans-sc', 400, 'NotoSansSC-Regular');
export const NOTO_TRADITIONAL = variable('noto-sans-tc', 400, 'NotoSansTC-Regular');

function variable(name: string, weight: number, postScriptName: string): FontFamily {
  return {
    package: `@fontsource-variable/${name}`,
    postScriptName,
    variableWeight: weight,
    fileEnding: '-wght-normal.woff2',
  };
}
