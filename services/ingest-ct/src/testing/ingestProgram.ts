import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { type Topic, topics } from '@pipeline/schemas';
import { expect } from 'vitest';
import { createKafkaView } from '../../../../sandbox/src/kafkaView.ts';
import type { TestTopics } from '../../../../sandbox/src/testing/index.ts';

/** Nothing listens there. */
export const nowhere = 'http://127.0.0.1:9';

export type Program = ChildProcessByStdio<null, Readable, null>;
const running: Program[] = [];

/** For afterEach. */
export async function killPrograms(): Promise<void> {
  for (const program of running.splice(0)) {
    const ended = program.exitCode === null && program.signalCode === null ? once(program, 'exit') : undefined;
    program.kill('SIGKILL');
    await ended;
  }
}

/** An ingest service with nothing in its environment but this; resolves when it has logged `until`. */
export async function startService(
  { brokers, prefix }: Pick<TestTopics, 'brokers' | 'prefix'>,
  env: Readonly<Record<string, string>>,
  until = 'landing notifications',
  main = new URL('../main.ts', import.meta.url),
) {
  const program = spawn(process.execPath, [fileURLToPath(main)], {
    env: {
      PATH: process.env['PATH'] ?? '',
      KAFKA_BROKERS: brokers.join(','),
      TOPIC_PREFIX: prefix,
      GROUP_PREFIX: prefix,
      PORT: '0',
      OPS_PORT: '0',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  running.push(program);
  const lines: Record<string, unknown>[] = [];
  const find = (text: string) => lines.find(({ message }) => message === text);
  createInterface(program.stdout).on('line', (line) => void lines.push(JSON.parse(line) as Record<string, unknown>));
  await expect.poll(() => find(until), { timeout: 50_000 }).toBeDefined();
  const urlOf = (text: string) => String(find(text)?.['url'] ?? '');
  return { program, url: urlOf('landing notifications'), opsUrl: urlOf('listening for probes'), lines };
}

/** Keys and values of what has landed. */
export async function landed(
  { brokers, prefix }: Pick<TestTopics, 'brokers' | 'prefix'>,
  topic: Topic = topics.commercetoolsNotifications,
): Promise<{ readonly key: string | null; readonly value: string }[]> {
  const view = await createKafkaView({ brokers }, prefix);
  try {
    const messages = await view.messages(topic.name);
    return messages.map(({ key, value }) => ({ key, value: String(value) }));
  } finally {
    await view.close();
  }
}
