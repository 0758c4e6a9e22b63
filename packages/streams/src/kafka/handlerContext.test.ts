import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { createEffectPauses } from '../effectPauses.ts';
import { maySend, usePermit } from '../effects.ts';
import { PipelineError } from '../errors.ts';
import { createParking, type Trouble } from '../parking.ts';
import { createSlots } from '../slots.ts';
import { createContexts } from './handlerContext.ts';
import { createPartitionWork } from './partitionWork.ts';
import { deadLetters, jsonCodec, sink, source } from './testing/bench.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

async function aContext() {
  const work = createPartitionWork(0, ['source']);
  const stopped = new AbortController();
  const slots = createSlots(1);
  const parking = createParking({ afterMs: 1_000, now: () => Date.now() });
  let draining = false;
  let owned = true;
  const create = createContexts({
    topology: { name: 'test', sources: [source], sinks: [sink], deadLetters, handler: () => Promise.resolve([]) },
    codec: jsonCodec,
    encode: () => Promise.resolve([]),
    slots,
    pauses: createEffectPauses(),
    requestTimeoutMs: 65_000,
    readTimeoutMs: 30_000,
    observer: {},
    parking,
    isDraining: () => draining,
    isOwned: () => owned,
    stopped: stopped.signal,
    onStoreFailure: () => undefined,
  });
  const onEffectDone = vi.fn<() => void>();
  let trouble: Trouble | undefined;
  const context = await create({
    ...{ key: 'a', attempt: 1, work, headers: {}, deadLetters: () => [], onEffectDone },
    trouble: () => trouble,
    beginTrouble: () => (trouble = parking.beginTrouble()),
  });
  const own = (is: boolean) => void (owned = is);
  return { context, work, stopped, slots, parking, onEffectDone, own, drain: () => void (draining = true) };
}

/** A call that ends only when it is told to give up, with the reason. */
const untilAborted = (signal: AbortSignal): Promise<never> =>
  new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));

it('ends a call at its deadline, and leaves no timer behind after one that ended before', async () => {
  const { context } = await aContext();
  expect(await context.read({ name: 'read' }, () => Promise.resolve('read'))).toBe('read');
  expect(await context.effect({ name: 'write' }, () => Promise.resolve('written'))).toBe('written');
  expect(vi.getTimerCount()).toBe(0);
  const late = context.effect({ name: 'write' }, ({ signal }) => untilAborted(signal));
  const failed = expect(late).rejects.toMatchObject({ name: 'TimeoutError' });
  await vi.advanceTimersByTimeAsync(65_000);
  await failed;
});

it('lets an effect under way end when the partition is lost, and breaks off a read', async () => {
  const { context, work } = await aContext();
  const effect = context.effect({ name: 'write' }, ({ signal }) => {
    work.abort.abort(new Error('lost'));
    return Promise.resolve(signal.aborted);
  });
  expect(await effect).toBe(false);
  await expect(context.read({ name: 'read' }, untilAborted)).rejects.toThrow('lost');
});

it('starts no effect while a permission is missing, and says so before its intent is on record', async () => {
  const { context } = await aContext();
  const forbidden = new PipelineError('auth', 'provider-forbidden', 'needs ORDER_CANCEL', { httpStatus: 403 });
  await expect(context.effect({ name: 'cancelOrder' }, () => Promise.reject(forbidden))).rejects.toBe(forbidden);
  expect(() => context.ensureNotPaused('cancelOrder')).toThrow('ORDER_CANCEL');
  let started = false;
  const second = context.effect({ name: 'cancelOrder' }, () => Promise.resolve((started = true)));
  await expect(second).rejects.toMatchObject({ code: 'effect-paused', notSent: true });
  expect(started).toBe(false);
  expect(await context.effect({ name: 'placeOrder' }, () => Promise.resolve('placed'))).toBe('placed');
});

it('starts no effect that waited for its place while the partition was lost, and says so', async () => {
  const { context, work, slots } = await aContext();
  const ahead = Promise.withResolvers<void>();
  const first = slots.use(new AbortController().signal, () => ahead.promise);
  let started = false;
  const second = context.effect({ name: 'write' }, () => {
    started = true;
    return Promise.resolve();
  });
  const failed = expect(second).rejects.toMatchObject({ code: 'draining', notSent: true });
  work.abort.abort(new Error('lost'));
  ahead.resolve();
  await Promise.all([first, failed]);
  expect(started).toBe(false);
  expect(slots.inUse).toBe(0);
});

it('starts no effect that waited for its place while the service began to stop, and its permit is good once', async () => {
  const { context, drain } = await aContext();
  const first = context.effect({ name: 'write' }, (permit) => {
    usePermit(permit);
    expect(() => usePermit(permit)).toThrow('used already');
    drain();
    return Promise.resolve();
  });
  const second = context.effect({ name: 'write' }, () => Promise.resolve());
  await Promise.all([first, expect(second).rejects.toMatchObject({ code: 'draining', notSent: true })]);
});

it('starts no effect, and takes no place, while its partition may be another member’s', async () => {
  const { context, own, slots } = await aContext();
  own(false);
  const write = vi.fn<() => Promise<string>>(() => Promise.resolve('written'));
  const written = context.effect({ name: 'write' }, write);
  await vi.advanceTimersByTimeAsync(60_000);
  expect([write.mock.calls.length, slots.inUse]).toEqual([0, 0]);
  own(true);
  await vi.advanceTimersByTimeAsync(1_000);
  expect(await written).toBe('written');
});

it('starts no effect that waited to know whose its partition is, once it is lost or the service stops', async () => {
  const { context, own, work } = await aContext();
  own(false);
  const lost = expect(context.effect({ name: 'write' }, () => Promise.resolve())).rejects.toMatchObject({
    code: 'draining',
    notSent: true,
  });
  work.abort.abort(new Error('lost'));
  await lost;
  const other = await aContext();
  other.own(false);
  const stopped = expect(other.context.effect({ name: 'write' }, () => Promise.resolve())).rejects.toMatchObject({
    code: 'draining',
  });
  other.drain();
  await vi.advanceTimersByTimeAsync(1_000);
  await stopped;
});

it('starts no effect whose process was frozen while it waited for its place', async () => {
  const { context, own } = await aContext();
  const ahead = context.effect({ name: 'write' }, () => Promise.resolve(own(false)));
  const behind = context.effect({ name: 'write' }, () => Promise.resolve('written'));
  await expect(behind).rejects.toMatchObject({ errorClass: 'transient', code: 'ownership-unproven', notSent: true });
  await ahead;
});

it('takes back the leave to send when the partition may be another member’s, or the deadline is over by the clocks', async () => {
  const { context, own } = await aContext();
  await context.effect({ name: 'write' }, ({ signal }) => {
    expect(maySend(signal)).toBe(true);
    own(false);
    expect(maySend(signal)).toBe(false);
    own(true);
    // A process that wakes: the clocks are ahead, its timers have not fired.
    vi.setSystemTime(Date.now() + 65_000);
    expect([maySend(signal), signal.aborted]).toEqual([false, false]);
    return Promise.resolve();
  });
  await context.read({ name: 'read' }, (signal) => Promise.resolve(expect(maySend(signal)).toBe(true)));
});

it('gives its place on before anything comes of the call', async () => {
  const { context, onEffectDone } = await aContext();
  const seen: string[] = [];
  onEffectDone.mockImplementation(() => void seen.push('done'));
  const call = (name: string) => () => {
    seen.push(name);
    return Promise.resolve();
  };
  const calls = [context.effect({ name: 'write' }, call('first')), context.effect({ name: 'write' }, call('second'))];
  await Promise.all([
    ...calls.map((each) => each.then(() => seen.push('result'))),
    context.read({ name: 'read' }, call('read')),
  ]);
  expect(seen.slice(0, 3)).toEqual(['first', 'second', 'read']);
});

it('says that the effect is done when it has succeeded, not when it has failed or was a read', async () => {
  const { context, onEffectDone } = await aContext();
  await context.read({ name: 'read' }, () => Promise.resolve('read'));
  await expect(context.effect({ name: 'write' }, () => Promise.reject(new Error('refused')))).rejects.toThrow(
    'refused',
  );
  expect(onEffectDone).not.toHaveBeenCalled();
  await context.effect({ name: 'write' }, () => {
    expect(onEffectDone).not.toHaveBeenCalled();
    return Promise.resolve('written');
  });
  expect(onEffectDone).toHaveBeenCalledOnce();
});

it('refuses a call that has failed for this message alone for too long, and no other', async () => {
  const { context, parking } = await aContext();
  const down = new PipelineError('unknown-outcome', 'http-500', 'no');
  const fail = vi.fn(() => Promise.reject(down));
  const attempt = (part?: string) => context.effect({ name: 'write', ...(part !== undefined && { part }) }, fail);
  for (let n = 0; n < 6; n++) {
    await expect(attempt()).rejects.toBe(down);
    parking.succeeded({ name: 'write' });
    await vi.advanceTimersByTimeAsync(200);
  }
  expect(context.exhausted({ name: 'write' })).toMatchObject({ errorClass: 'permanent', code: 'transient-exhausted' });
  await expect(attempt()).rejects.toMatchObject({ code: 'transient-exhausted', notSent: true, cause: down });
  expect(fail).toHaveBeenCalledTimes(6);
  await expect(attempt('another part')).rejects.toBe(down);
  expect(await context.read({ name: 'read' }, () => Promise.resolve('read'))).toBe('read');
});
