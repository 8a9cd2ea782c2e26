import { readFileSync, writeFileSync } from 'node:fs';
import { withGeneratedTables } from '#test/documents/readme-tables.ts';

writeFileSync('README.md', withGeneratedTables(readFileSync('README.md', 'utf8')));
