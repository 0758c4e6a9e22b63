import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runCommand } from './command.ts';
import { withProgress } from './progress.ts';
import type { StartOptions } from './types.ts';

const pom = fileURLToPath(new URL('pom.xml', import.meta.url));
const registryArtifact = 'io.apicurio:apicurio-registry-app:2.6.13.Final:tar.gz:all';

/** Where the Java programs lie, ready to run. */
export interface Artifacts {
  /** Class path of Kafka. */
  readonly kafkaClassPath: string;
  readonly registryJar: string;
}

/** Kafka and the schema registry, downloaded by Maven at the first call (about 200 MB) and kept between runs. */
export async function obtainArtifacts(options: StartOptions): Promise<Artifacts> {
  const content = { name: 'broker', made: [await readFile(pom), registryArtifact] };
  return locate(await keepOnce(content, (directory) => download(directory, options), options));
}

/**
 * A directory of the cache, filled at the first call. It appears by one rename, so a broken-off download or a second
 * process at the same time does no harm.
 * @param made what decides about its content: another directory when that changes
 */
export async function keepOnce(
  { name, made }: { readonly name: string; readonly made: readonly (string | Buffer)[] },
  fill: (directory: string) => Promise<void>,
  { env }: Pick<StartOptions, 'env'>,
): Promise<string> {
  const cache = cacheDirectory(env);
  const hash = createHash('sha256');
  for (const part of made) hash.update(part);
  const directory = path.join(cache, `${name}-${hash.digest('hex').slice(0, 12)}`);
  if (existsSync(directory)) return directory;
  await mkdir(cache, { recursive: true });
  await removeAbandoned(cache);
  const building = await mkdtemp(path.join(cache, `building-${process.pid}-`));
  try {
    await fill(building);
    await rename(building, directory).catch((error: unknown) => {
      if (!existsSync(directory)) throw error;
    });
  } finally {
    await rm(building, { recursive: true, force: true });
  }
  return directory;
}

export function cacheDirectory(env: StartOptions['env']): string {
  const home = env['XDG_CACHE_HOME'] || path.join(env['HOME'] || os.homedir(), '.cache');
  return path.join(home, 'commercetools-fulfillmenttools-pipeline');
}

async function download(directory: string, { env, log, signal }: StartOptions): Promise<void> {
  const maven = (...args: string[]) => runCommand('mvn', ['-B', '-q', '-f', pom, ...args], { env, signal });
  await withProgress(log, 'Downloading Apache Kafka (54 MB, once)', () =>
    maven('dependency:copy-dependencies', `-DoutputDirectory=${path.join(directory, 'kafka')}`),
  );
  await withProgress(log, 'Downloading the Apicurio schema registry (142 MB, once)', async () => {
    const packed = path.join(directory, 'packed');
    await maven('dependency:copy', `-Dartifact=${registryArtifact}`, `-DoutputDirectory=${packed}`);
    const [archive] = await readdir(packed);
    if (!archive) throw new Error(`Maven copied nothing for ${registryArtifact}; look at ${pom}`);
    const unpacked = path.join(directory, 'registry');
    await mkdir(unpacked);
    await runCommand('tar', ['-xzf', path.join(packed, archive), '-C', unpacked], { env, signal });
    await rm(packed, { recursive: true });
  });
}

async function locate(directory: string): Promise<Artifacts> {
  const registry = path.join(directory, 'registry');
  const files = await readdir(registry).catch(() => []);
  const jar = files.find((file) => file.endsWith('-runner.jar'));
  if (!jar) throw new Error(`${directory} is not complete: delete it and start again.`);
  return { kafkaClassPath: path.join(directory, 'kafka', '*'), registryJar: path.join(registry, jar) };
}

/** What downloads left behind whose process was killed. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = /^building-(\d+)-/.exec(name)?.[1];
    if (pid && !isRunning(Number(pid))) await rm(path.join(cache, name), { recursive: true, force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
