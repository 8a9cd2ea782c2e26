import { writeFileSync } from 'node:fs';
import { printableCharacters, printableCharactersFile } from '#test/certificate/printable-characters.ts';

writeFileSync(printableCharactersFile, await printableCharacters());
