import { readFileSync, writeFileSync } from 'node:fs';
import { withGeneratedLists } from '#test/documents/readme-lists.ts';

writeFileSync('README.md', await withGeneratedLists(readFileSync('README.md', 'utf8')));
