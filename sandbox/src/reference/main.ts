/** `npm run docs` writes the generated pages of docs/reference; `npm run docs:check` fails when one is stale. */
import { fileURLToPath } from 'node:url';
import { stalePages, writePages } from './files.ts';
import { referencePages } from './pages.ts';

const directory = fileURLToPath(new URL('../../../docs/reference', import.meta.url));
const pages = referencePages();
if (process.argv.includes('--check')) {
  const stale = await stalePages(directory, pages);
  if (stale.length > 0) {
    console.error(`Not up to date in docs/reference: ${stale.join(', ')}. Run \`npm run docs\` and commit the result.`);
    process.exitCode = 1;
  }
} else {
  await writePages(directory, pages);
}
