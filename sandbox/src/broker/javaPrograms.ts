import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { Artifacts } from './artifacts.ts';
import { lastLines, runCommand } from './command.ts';
import type { StartOptions } from './types.ts';

/** For Java programs that need to be there soon rather than fast in the long run. */
export const QUICK_START = ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC'];

export const java = (env: StartOptions['env']): string =>
  env['JAVA_HOME'] ? path.join(env['JAVA_HOME'], 'bin', 'java') : 'java';

/** Nothing of ours leaks into their configuration, which Kafka and the registry both read from the environment too. */
export function javaEnvironment(env: StartOptions['env']): Record<string, string | undefined> {
  const kept = ['PATH', 'HOME', 'LANG', 'LC_ALL', 'TMPDIR', 'JAVA_HOME', 'JAVA_TOOL_OPTIONS'];
  return Object.fromEntries(kept.filter((name) => env[name] !== undefined).map((name) => [name, env[name]]));
}

/** Prepares Kafka's log directory, as the server's properties name it. `more`: further arguments of the tool. */
export async function formatStorage(
  { env, signal }: Pick<StartOptions, 'env' | 'signal'>,
  { kafkaClassPath }: Artifacts,
  properties: string,
  more: readonly string[] = [],
): Promise<void> {
  const id = randomBytes(16).toString('base64url').replace(/^-/, 'A');
  const args = [...QUICK_START, '-cp', kafkaClassPath, 'kafka.tools.StorageTool', 'format', '-t', id, '-c', properties];
  await runCommand(java(env), [...args, ...more], { env: javaEnvironment(env), signal });
}

/**
 * The environment's `KAFKA_HEAP_OPTS` and `KAFKA_JVM_PERFORMANCE_OPTS` mean what they mean to Kafka's own scripts; without
 * them the heap is small. `systemProperties`: as `name=value`.
 */
export const kafkaArgs = (
  env: StartOptions['env'],
  { kafkaClassPath }: Artifacts,
  properties: string,
  systemProperties: readonly string[] = [],
): string[] => [
  ...toWords(env['KAFKA_HEAP_OPTS'] || '-Xmx512m'),
  ...toWords(env['KAFKA_JVM_PERFORMANCE_OPTS'] ?? ''),
  '-Djava.net.preferIPv4Stack=true',
  '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn',
  '-Dorg.slf4j.simpleLogger.showDateTime=true',
  ...systemProperties.map((property) => `-D${property}`),
  '-cp',
  kafkaClassPath,
  'kafka.Kafka',
  properties,
];

const toWords = (options: string): string[] => options.split(/\s+/).filter((option) => option !== '');

/** The last lines of log files by name, for an error. */
export async function logEnds(logFiles: Readonly<Record<string, string>>): Promise<string> {
  const parts = Object.entries(logFiles).map(async ([name, file]) => {
    const text = await readFile(file, 'utf8').catch(() => '');
    return `--- end of the log of ${name} ---\n${lastLines(text, 20) || '(empty)'}`;
  });
  return (await Promise.all(parts)).join('\n');
}
