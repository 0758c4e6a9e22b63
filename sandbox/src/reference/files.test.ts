import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { stalePages, writePages } from './files.ts';

describe('reference pages in a folder', () => {
  let directory: string;
  beforeEach(async () => {
    directory = await mkdtemp(path.join(tmpdir(), 'reference-'));
  });
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('are up to date once they were written', async () => {
    const pages = { 'a.md': 'a\n', 'b.md': 'b\n' };
    await writePages(path.join(directory, 'new'), pages);
    expect(await stalePages(path.join(directory, 'new'), pages)).toEqual([]);
  });

  it('are stale when one is missing or says something else', async () => {
    await writePages(directory, { 'a.md': 'a\n', 'b.md': 'b\n' });
    await writeFile(path.join(directory, 'b.md'), 'edited by hand\n');
    expect(await stalePages(directory, { 'a.md': 'a\n', 'b.md': 'b\n', 'c.md': 'c\n' })).toEqual(['b.md', 'c.md']);
  });
});
