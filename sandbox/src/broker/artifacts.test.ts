import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { cacheDirectory, obtainArtifacts } from './artifacts.ts';

let root: string;
let calls: string;
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'artifacts-'));
  calls = path.join(root, 'calls');
  await writeFile(calls, '');
  return () => rm(root, { recursive: true });
});

/** Settings under which `mvn` is a script: it makes a jar, an archive, or fails where `fails` says. */
async function withMaven(fails = ''): Promise<Parameters<typeof obtainArtifacts>[0]> {
  const script = `#!/bin/sh
    echo "$*" >> ${calls}
    for argument; do case "$argument" in -DoutputDirectory=*) out="\${argument#*=}";; esac; done
    mkdir -p "$out"; touch "$out/some.jar"
    case "$*" in *${fails || 'nothing-fails'}*) echo "connection reset" >&2; exit 1;; esac
    case "$*" in *dependency:copy\\ *) cd "$out" && mkdir in && touch in/registry-runner.jar && tar -czf all.tar.gz -C in registry-runner.jar && rm -r in some.jar;; esac`;
  await writeFile(path.join(root, 'mvn'), script);
  await chmod(path.join(root, 'mvn'), 0o755);
  return {
    env: { PATH: `${root}:/bin:/usr/bin`, XDG_CACHE_HOME: path.join(root, 'cache') },
    log: () => undefined,
  };
}
const cached = (options: Parameters<typeof obtainArtifacts>[0]) => readdir(cacheDirectory(options.env));

test('downloads once, then takes what it kept', async () => {
  const options = await withMaven();

  const first = await obtainArtifacts(options);
  const second = await obtainArtifacts(options);

  expect(second).toEqual(first);
  expect(await readFile(first.registryJar, 'utf8')).toBe('');
  expect((await readFile(calls, 'utf8')).trim().split('\n')).toHaveLength(2);
  expect(await cached(options)).toHaveLength(1);
});

test('a download that breaks off leaves nothing behind, and the next one works', async () => {
  await expect(obtainArtifacts(await withMaven('apicurio'))).rejects.toThrow('connection reset');
  const options = await withMaven();
  expect(await cached(options)).toEqual([]);

  await expect(obtainArtifacts(options)).resolves.toMatchObject({
    registryJar: expect.stringContaining('runner.jar') as string,
  });
});

test('several at the same time end up with the same, whole directory', async () => {
  const options = await withMaven();

  const all = await Promise.all(Array.from({ length: 4 }, () => obtainArtifacts(options)));

  expect(new Set(all.map(({ registryJar }) => registryJar)).size).toBe(1);
  expect(await cached(options)).toHaveLength(1);
});

test('removes what a killed download left behind, but not what one that runs is building', async () => {
  const options = await withMaven();
  const cache = cacheDirectory(options.env);
  await mkdir(path.join(cache, 'building-999999999-abc'), { recursive: true });
  await mkdir(path.join(cache, `building-${process.pid}-abc`));

  await obtainArtifacts(options);

  const left = await cached(options);
  expect(left).toContain(`building-${process.pid}-abc`);
  expect(left).not.toContain('building-999999999-abc');
});
