import { PipelineError } from '@pipeline/streams';
import { afterEach, describe, expect, test, vi } from 'vitest';
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
  const lengths: number[] = [];
  const probed = vi.fn(probe);
  const health = createPublishHealth({
    probe: probed,
    signal: stop.signal,
    pause: (ms) => {
      lengths.push(ms);
      return new Promise((resolve) => void pauses.push(resolve));
    },
  });
  const publish = (error?: Error) => health.watch(() => (error ? Promise.reject(error) : Promise.resolve()))([]);
  /** The pause ends, and all that follows at once. */
  const goOn = async () => {
    pauses.shift()?.();
    await new Promise(setImmediate);
  };
  return { health, probed, publish, goOn, pauses, lengths };
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

describe('a failure that no probe can judge, such as a right to write that is missing,', () => {
  test('is not over when the topic can be seen: it is tried again after pauses that double, up to a minute', async () => {
    const { health, publish, goOn, lengths } = start(() => Promise.resolve());
    for (let round = 0; round < 7; round += 1) {
      await publish(failing('produce-refused')).catch(() => undefined);
      expect(health.check().ok).toBe(false);
      await goOn();
      expect(health.check().ok).toBe(true);
    }
    expect(lengths).toEqual([2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1_000));
  });

  test('is over with a delivery that is written, and the next pause is short again', async () => {
    const { health, publish, goOn, lengths } = start(() => Promise.resolve());
    for (let round = 0; round < 3; round += 1) {
      await publish(failing('produce-timeout')).catch(() => undefined);
      await goOn();
    }
    await publish();
    expect(health.check().ok).toBe(true);
    await publish(failing('produce-timeout')).catch(() => undefined);
    expect(lengths).toEqual([2_000, 4_000, 8_000, 2_000]);
  });

  test('is not tried again while the brokers are away', async () => {
    const { health, probed, publish, goOn } = start();
    await publish(failing('produce-timeout')).catch(() => undefined);
    for (let round = 0; round < 3; round += 1) await goOn();
    expect([health.check().ok, probed.mock.calls.length]).toEqual([false, 3]);
  });

  test('waits no longer because many deliveries have failed in one try', async () => {
    const { publish, goOn, lengths } = start(() => Promise.resolve());
    for (let index = 0; index < 5; index += 1) await publish(failing('produce-refused')).catch(() => undefined);
    await goOn();
    await publish(failing('produce-refused')).catch(() => undefined);
    expect(lengths).toEqual([2_000, 4_000]);
  });
});

test.each(['unknown-topic', 'broker-unavailable'])('%s is looked for every two seconds', async (code) => {
  const { health, publish, goOn, lengths } = start();
  await publish(failing(code)).catch(() => undefined);
  for (let round = 0; round < 3; round += 1) await goOn();
  expect(lengths).toEqual([2_000, 2_000, 2_000, 2_000]);
  expect(health.check().ok).toBe(false);
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
