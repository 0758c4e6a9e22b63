import { expect, test } from 'vitest';
import { createEffectPauses } from './effectPauses.ts';
import { PipelineError } from './errors.ts';

const forbidden = () => new PipelineError('auth', 'provider-forbidden', 'needs ORDER_CANCEL', { httpStatus: 403 });

function start() {
  const told: string[] = [];
  const at = { now: 0 };
  const pauses = createEffectPauses({
    firstMs: 1_000,
    mostMs: 4_000,
    now: () => at.now,
    onPaused: (effect, error) => void told.push(`${effect} paused: ${error.message}`),
    onResumed: (effect) => void told.push(`${effect} resumed`),
  });
  let calls = 0;
  const run = (effect: string, error?: Error) =>
    pauses.run(effect, () => {
      calls++;
      return error ? Promise.reject(error) : Promise.resolve('done');
    });
  return { at, told, pauses, run, calls: () => calls };
}

test('a 403 pauses the effect, names what is missing, and leaves the others alone', async () => {
  const { pauses, run, told, calls } = start();
  await expect(run('cancelOrder', forbidden())).rejects.toMatchObject({ code: 'provider-forbidden' });
  await expect(run('cancelOrder')).rejects.toMatchObject({
    errorClass: 'transient',
    code: 'effect-paused',
    notSent: true,
    retryAfterMs: 1_000,
    message: expect.stringMatching(/^cancelOrder is paused.*ORDER_CANCEL/),
  });
  expect(() => pauses.ensureNotPaused('cancelOrder')).toThrow('cancelOrder is paused');
  expect(await run('placeOrder')).toBe('done');
  expect([calls(), pauses.paused, told]).toEqual([2, ['cancelOrder'], ['cancelOrder paused: needs ORDER_CANCEL']]);
});

test('one call at a time finds out, less and less often, and the first that comes through ends it', async () => {
  const { at, pauses, run, told } = start();
  await run('placeOrder', forbidden()).catch(() => undefined);
  for (const length of [1_000, 2_000, 4_000, 4_000]) {
    at.now += length - 1;
    expect(() => pauses.ensureNotPaused('placeOrder')).toThrow('placeOrder is paused');
    at.now += 1;
    expect(() => pauses.ensureNotPaused('placeOrder')).not.toThrow();
    const probe = run('placeOrder', forbidden());
    await expect(run('placeOrder')).rejects.toMatchObject({ code: 'effect-paused', retryAfterMs: 1_000 });
    await expect(probe).rejects.toMatchObject({ code: 'provider-forbidden' });
  }
  at.now += 4_000;
  expect(await run('placeOrder')).toBe('done');
  expect(await run('placeOrder')).toBe('done');
  expect([pauses.paused, told.slice(1)]).toEqual([[], ['placeOrder resumed']]);
});

test('calls under way when it is paused make it no longer', async () => {
  const { at, run, told } = start();
  await Promise.allSettled(Array.from({ length: 8 }, () => run('placeOrder', forbidden())));
  expect(told).toHaveLength(1);
  at.now += 1_000;
  expect(await run('placeOrder')).toBe('done');
});

test('a refusal for another reason shows that the permission is there; a timeout shows nothing', async () => {
  const { at, pauses, run } = start();
  await run('cancelOrder', forbidden()).catch(() => undefined);
  at.now += 1_000;
  await run('cancelOrder', new PipelineError('unknown-outcome', 'provider-timeout', 'late')).catch(() => undefined);
  expect(pauses.paused).toEqual(['cancelOrder']);
  expect(() => pauses.ensureNotPaused('cancelOrder')).not.toThrow();
  await run('cancelOrder', new PipelineError('permanent', 'cancel-refused', 'picked', { httpStatus: 400 })).catch(
    () => undefined,
  );
  expect(pauses.paused).toEqual([]);
});

test('other failures pause nothing: a refused token, too many calls, a mapping of ours', async () => {
  const { pauses, run } = start();
  for (const error of [
    new PipelineError('auth', 'provider-unauthorized', 'token', { httpStatus: 401 }),
    new PipelineError('throttled', 'provider-throttled', 'slow', { httpStatus: 429 }),
    new PipelineError('permanent', 'mapping-invalid', 'ours'),
    new TypeError('defect'),
  ])
    await expect(run('placeOrder', error)).rejects.toBe(error);
  expect(pauses.paused).toEqual([]);
});
