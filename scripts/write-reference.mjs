// `npm run reference`: writes docs/reference.md from the lists in shared/.
import { writeFile } from 'node:fs/promises';
import { referenceText } from '../shared/reference/reference.ts';

await writeFile(new URL('../docs/reference.md', import.meta.url), referenceText());
