import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { testcontainers } from './testcontainers.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'fake-docker-'));
  const config = "printf 'services:\\n  kafka:\\n    image: a/kafka:1\\n  registry:\\n    image: b/registry:2\\n'";
  const file = path.join(directory, 'docker');
  await writeFile(
    file,
    `#!/bin/sh\necho "$*" >> ${directory}/calls\ncase "$*" in *" config") ${config};; *ryuk*|*reaper*) exit 1;; esac\n`,
  );
  await chmod(file, 0o755);
  return () => rm(directory, { recursive: true });
});

const probe = (env: Readonly<Record<string, string>>) =>
  testcontainers.probe(
    { env: { PATH: `${directory}:/bin`, ...env }, log: () => undefined },
    AbortSignal.timeout(20_000),
  );

test("without the reaper's image it is not taken, and nothing is left to be pulled later", async () => {
  await expect(probe({})).rejects.toThrow('the image testcontainers/ryuk:0.14.0 is neither here nor can it be pulled');
});

test('another image of the reaper is the one that counts', async () => {
  await expect(probe({ RYUK_CONTAINER_IMAGE: 'my/reaper:1' })).rejects.toThrow('the image my/reaper:1 is neither here');
});

test('with the reaper disabled the images of the broker are enough', async () => {
  await expect(probe({ TESTCONTAINERS_RYUK_DISABLED: 'true' })).resolves.toBeUndefined();

  const calls = await readFile(path.join(directory, 'calls'), 'utf8');
  // Asked side by side: in any order.
  for (const image of ['a/kafka:1', 'b/registry:2']) expect(calls).toContain(`image inspect ${image}`);
});

test('the image of the reaper is the one that the installed testcontainers takes', async () => {
  const { getReaperImage } = await import('testcontainers/build/reaper/reaper.js');

  await expect(probe({})).rejects.toThrow(getReaperImage());
});
