import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { topics } from '@pipeline/schemas';
import { createLogger, createMetrics, type StreamService } from '@pipeline/service-kit';
import { afterEach, expect, test, vi } from 'vitest';
import { landNotifications } from './landNotifications.ts';
import { type AcceptedSecrets, createSecretCheck } from './secrets/secretCheck.ts';

const secret = 'secret-0123456789-0123456789-0123456';
const old = 'old-secret-0123456789-0123456789-012';

const stopping: (() => unknown)[] = [];
afterEach(async () => {
  vi.useRealTimers();
  for (const stop of stopping.splice(0)) await stop();
});

async function start(env: Readonly<Record<string, string>>): Promise<AcceptedSecrets> {
  const metrics = createMetrics({ service: 'ingest-ct', version: '1' });
  const logger = createLogger({ service: 'ingest-ct', version: '1', level: 'info', destination: { write: () => {} } });
  const on = (_phase: string, _name: string, stop: () => unknown) => void stopping.push(stop);
  const service = {
    metrics,
    logger,
    identity: 'ingest-ct@1',
    checkWritable: () => {},
    addCheck: () => {},
    shutdown: { on },
  };
  const accepted: AcceptedSecrets[] = [];
  await landNotifications(service as unknown as StreamService, {
    source: 'commercetools',
    topic: topics.commercetoolsNotifications,
    settings: { HOST: '127.0.0.1', PORT: 0, TOPIC_PREFIX: '', PUSH_MAX_BYTES: 1_000_000 },
    secrets: { SECRET: secret, SECRET_PREVIOUS: undefined },
    endpoints: ({ secrets }) => {
      accepted.push(secrets);
      return [];
    },
    env,
  });
  return () => accepted[0]?.() ?? [];
}

test('a previous secret whose file comes after the start is accepted without a restart', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const folder = await mkdtemp(join(tmpdir(), 'landing-'));
  stopping.push(() => rm(folder, { recursive: true, force: true }));
  const path = join(folder, 'previous');
  const secrets = await start({ SECRET_PREVIOUS_FILE: path });
  const accepts = (given: string) =>
    createSecretCheck({ secrets })({ headers: { authorization: `Bearer ${given}` }, url: '/' });
  expect([accepts(secret), accepts(old)]).toEqual([true, false]);
  await writeFile(path, `${old}\n`);
  vi.advanceTimersByTime(5_000);
  await vi.waitFor(() => expect([accepts(secret), accepts(old)]).toEqual([true, true]));
});
