import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createRegistry, withAdmin } from '@pipeline/cli';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { maven } from './maven.ts';
import { checkAnswers } from './ready.ts';
import { startBroker } from './startBroker.ts';

const options = { env: process.env, log: () => undefined };
const reason = await maven.probe(options, AbortSignal.timeout(20_000)).catch((error: Error) => error.message);
const here = test.skipIf(reason !== undefined);

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(path.join(os.tmpdir(), 'maven-'));
  return () => rm(directory, { recursive: true, force: true });
});

here(
  'restarted, by either signal, and started anew with its data directory, it has what it had',
  { timeout: 600_000 },
  async () => {
    const schema = { type: 'record', name: 'A', fields: [] };
    const dataDir = path.join(directory, 'kept');
    const first = await startBroker({ ...options, force: 'maven', dataDir });
    onTestFinished(() => first.stop());
    const id = await createRegistry(first).register('kept-value', schema);
    expect(first.restart).toBeDefined();
    for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
      await withAdmin(first, (admin) => admin.createTopics({ topics: [{ topic: signal, numPartitions: 2 }] }));
      await first.restart?.({ signal });
      expect(await withAdmin(first, (admin) => admin.listTopics())).toContain(signal);
    }
    expect(await createRegistry(first).register('kept-value', schema)).toBe(id);
    await first.stop();
    await expect(checkAnswers(first)).rejects.toThrow('does not answer');

    const second = await startBroker({ ...options, force: 'maven', dataDir });
    onTestFinished(() => second.stop());

    expect(await withAdmin(second, (admin) => admin.listTopics())).toEqual(
      expect.arrayContaining(['SIGKILL', 'SIGTERM']),
    );
    expect(await createRegistry(second).register('kept-value', schema)).toBe(id);
  },
);

here('when the process that started it is killed, nothing of it is left', { timeout: 300_000 }, async () => {
  const file = path.join(directory, 'address.json');
  const parent = spawn(process.execPath, [fileURLToPath(new URL('main.ts', import.meta.url)), file], {
    env: { ...process.env, SANDBOX_KAFKA: 'maven', TMPDIR: directory },
    stdio: 'ignore',
  });
  while (!existsSync(file) && parent.exitCode === null) await sleep(100);
  const { brokers, registryUrl } = JSON.parse(await readFile(file, 'utf8')) as { brokers: string; registryUrl: string };
  const address = { brokers: [brokers], registryUrl };
  await checkAnswers(address);

  parent.kill('SIGKILL');
  await once(parent, 'exit');

  const dataGone = async () => !(await readdir(directory)).some((name) => name.startsWith('sandbox-kafka-'));
  while (!(await dataGone())) await sleep(100);
  await expect(checkAnswers(address)).rejects.toThrow('does not answer');
});
