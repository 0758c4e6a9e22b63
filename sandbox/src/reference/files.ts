import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';

export type Pages = Readonly<Record<string, string>>;

/** Names of the pages whose file is missing or says something else. */
export async function stalePages(directory: string, pages: Pages): Promise<string[]> {
  const checks = Object.entries(pages).map(async ([name, content]) => {
    const written = await readFile(path.join(directory, name), 'utf8').catch(() => undefined);
    return written === content ? [] : [name];
  });
  return (await Promise.all(checks)).flat();
}

export async function writePages(directory: string, pages: Pages): Promise<void> {
  await mkdir(directory, { recursive: true });
  await Promise.all(Object.entries(pages).map(([name, content]) => writeFile(path.join(directory, name), content)));
}
