import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { docker, imagesOf } from './docker.ts';

/** A PATH whose `docker` is the given shell script. */
async function pathWith(script: string): Promise<{ PATH: string }> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'fake-docker-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const file = path.join(directory, 'docker');
  await writeFile(file, `#!/bin/sh\n${script}\n`);
  await chmod(file, 0o755);
  return { PATH: `${directory}:/bin:/usr/bin` };
}
const probe = (env: { PATH: string }) => docker.probe({ env, log: () => undefined }, AbortSignal.timeout(20_000));
const config = 'printf \'services:\\n  kafka:\\n    image: a/kafka:1\\n  registry:\\n    image: "b/registry:2"\\n\'';

test('images are read from what compose prints', () => {
  expect(imagesOf('services:\n  kafka:\n    image: "a/kafka:1"\n  registry:\n    image: b/registry:2\n')).toEqual([
    'a/kafka:1',
    'b/registry:2',
  ]);
});

test('an engine that does not run is the reason', async () => {
  await expect(probe(await pathWith('echo "the daemon is not running" >&2; exit 1'))).rejects.toThrow(
    'no Docker engine: the daemon is not running',
  );
});

test('images on the machine are enough', async () => {
  const env = await pathWith(`case "$*" in *" config") ${config};; manifest*) exit 1;; esac`);

  await expect(probe(env)).resolves.toBeUndefined();
});

test('images that can be pulled are enough', async () => {
  const env = await pathWith(`case "$*" in *" config") ${config};; "image inspect"*) exit 1;; esac`);

  await expect(probe(env)).resolves.toBeUndefined();
});

test('an image that is nowhere is named', async () => {
  const env = await pathWith(
    `case "$*" in *" config") ${config};; "image inspect a/kafka:1") ;; "image inspect"*|manifest*) exit 1;; esac`,
  );

  await expect(probe(env)).rejects.toThrow('the image b/registry:2 is neither here nor can it be pulled');
});
