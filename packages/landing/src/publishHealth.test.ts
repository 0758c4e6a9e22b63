import { PipelineError } from '@pipeline/streams';
import { afterEach, expect, test, vi } from 'vitest';
import { createPublishHealth } from './publishHealth.ts';

const failing = (code: string) => new PipelineError('transient', code, 'why');
const stopping = new Set<AbortController>();
afterEach(() => {
  for (const stop of stopping) stop.abort();
});

function start(probe: () => Promise<void> = () => Promise.reject(new Error('not there'))) {
  const stop = new AbortController();
  stopping.add(stop);
  const pauses: (() => void)[] = [];
  const probed = vi.fn(probe);
  const health = createPublishHealth({
    probe: probed,
    signal: stop.signal,
    pause: () => new Promise((resolve) => void pauses.push(resolve)),
  });
  const publish = (error?: Error) => health.watch(() => (error ? Promise.reject(error) : Promise.resolve()))([]);
  /** The pause ends, and all that follows at once. */
  const goOn = async () => {
    pauses.shift()?.();
    await new Promise(setImmediate);
  };
  return { health, probed, publish, goOn, pauses };
}

test('a topic that is gone makes it not ready, and the next delivery that is written makes it ready again', async () => {
  const { health, publish } = start();
  expect(health.check()).toEqual({ ok: true });
  await expect(publish(failing('unknown-topic'))).rejects.toMatchObject({ code: 'unknown-topic' });
  expect(health.check()).toEqual({ ok: false, reasons: ['the last delivery could not be written: unknown-topic'] });
  await publish();
  expect(health.check()).toEqual({ ok: true });
});

test('without deliveries it is probed until the topic is there, and then no more', async () => {
  let there = false;
  const { health, probed, publish, goOn, pauses } = start(() =>
    there ? Promise.resolve() : Promise.reject(new Error()),
  );
  await publish(failing('unknown-topic')).catch(() => undefined);
  await goOn();
  expect([health.check().ok, probed.mock.calls.length]).toEqual([false, 1]);
  there = true;
  await goOn();
  expect([health.check().ok, probed.mock.calls.length, pauses.length]).toEqual([true, 2, 0]);
  await publish(failing('produce-refused')).catch(() => undefined);
  expect([health.check().ok, pauses.length]).toEqual([false, 1]);
});

test('many failures are probed for once at a time', async () => {
  const { publish, pauses } = start();
  for (let index = 0; index < 3; index += 1) await publish(new Error('broker gone')).catch(() => undefined);
  expect(pauses).toHaveLength(1);
});

test('a delivery that fails while the probe succeeds keeps it not ready', async () => {
  const answers: (() => void)[] = [];
  const { health, publish, goOn } = start(() => new Promise((resolve) => void answers.push(resolve)));
  await publish(failing('produce-timeout')).catch(() => undefined);
  await goOn();
  await publish(failing('produce-timeout')).catch(() => undefined);
  answers[0]?.();
  await new Promise(setImmediate);
  expect(health.check().ok).toBe(false);
});

test.each(['message-too-large', 'message-refused', 'producer-backlog', 'producer-closed'])(
  'one delivery that fails with %s says nothing of the topic',
  async (code) => {
    const { health, publish, pauses } = start();
    await publish(failing(code)).catch(() => undefined);
    expect([health.check().ok, pauses.length]).toEqual([true, 0]);
  },
);
