import { aLedgerEntry, aPlacedOrder, aPlacement } from '@pipeline/fulfillment/testkit';
import { deadLetterTopics } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import { MOST_CONFLICTS } from '../placement/changeOrder.ts';
import { confirmed, ERASURE_GRACE, startRouter } from '../testing/router.ts';

const deletion = (dataErasure = true) =>
  confirmed({ type: 'OrderDeleted', orderVersion: 9, order: null, snapshotIncluded: false, dataErasure });

async function startPlaced() {
  const router = startRouter();
  await router.deliver();
  return { ...router, placement: () => router.tester.state?.placements.at(-1) };
}

describe('a deletion with data erasure', () => {
  test('cancels, then has the process made anonymous today, once, with each on record before', async () => {
    const { provider, tester, clock, deliver, placement } = await startPlaced();
    const seen: string[] = [];
    tester.beforeEffect = () => seen.push(`${placement()?.status} ${placement()?.erasure}`);
    await deliver(deletion());
    expect(seen).toEqual(['cancelling none', 'cancelled erasing']);
    expect([provider.cancels, provider.erasures]).toEqual([['fft-1'], ['process-1']]);
    expect(provider.processes.get('process-1')?.anonymizeAt).toBe(clock.now().wall);
    expect(placement()).toMatchObject({ status: 'cancelled', erasure: 'erased' });
    tester.restart();
    const { reads } = tester;
    await deliver(deletion());
    await deliver(confirmed());
    expect([provider.erasures.length, provider.cancels.length, tester.reads]).toEqual([1, 1, reads]);
  });

  test('erases too when another notification of the deletion, without it, came first', async () => {
    const { provider, deliver } = await startPlaced();
    await deliver(deletion(false));
    expect(provider.erasures).toEqual([]);
    await deliver(deletion());
    expect([provider.cancels.length, provider.erasures]).toEqual([1, ['process-1']]);
  });

  test('erases what the provider works on already when the time of grace has passed: it is finished first', async () => {
    const { provider, deliver, placement } = await startPlaced();
    provider.cancelFailures.push(() => new PipelineError('permanent', 'cancel-refused', 'too late'));
    await deliver(deletion());
    expect(placement()).toMatchObject({ status: 'gone', erasure: 'erased' });
    expect(provider.erasures).toEqual(['process-1']);
    const due = deletion().occurredAt + ERASURE_GRACE;
    expect(provider.processes.get('process-1')?.anonymizeAt).toBe(due);
  });

  test('erases goods under way today when it is told of the deletion after that time', async () => {
    const { provider, clock, deliver } = await startPlaced();
    clock.advance(ERASURE_GRACE + 5_000);
    provider.cancelFailures.push(() => new PipelineError('permanent', 'cancel-refused', 'too late'));
    await deliver(deletion());
    expect(provider.processes.get('process-1')?.anonymizeAt).toBe(clock.now().wall);
  });

  test('leaves the date of goods under way alone when it is nearer already', async () => {
    const { provider, deliver, placement } = await startPlaced();
    provider.cancelFailures.push(() => new PipelineError('permanent', 'cancel-refused', 'too late'));
    const nearer = { processId: 'process-1', version: 3, anonymized: false, anonymizeAt: deletion().occurredAt + 1 };
    provider.processes.set('process-1', nearer);
    await deliver(deletion());
    expect([provider.erasures, placement()?.erasure]).toEqual([[], 'erased']);
  });

  test.each([{ anonymized: true }, { anonymizeAt: 0 }])('needs no call when the provider shows %o', async (over) => {
    const { provider, deliver, placement } = await startPlaced();
    provider.processes.set('process-1', {
      processId: 'process-1',
      version: 3,
      anonymized: false,
      anonymizeAt: null,
      ...over,
    });
    await deliver(deletion());
    expect([provider.erasures, placement()?.erasure]).toEqual([[], 'erased']);
  });

  test('needs no call when the provider has deleted the process', async () => {
    const { provider, deliver, placement } = await startPlaced();
    provider.processes.clear();
    await deliver(deletion());
    expect([provider.erasures, placement()?.erasure]).toEqual([[], 'erased']);
  });

  test('that was never answered is looked at before it is told again', async () => {
    const { provider, deliver, placement } = await startPlaced();
    const { anonymizeProcess } = provider;
    provider.anonymizeProcess = async (...args) => {
      await anonymizeProcess(...args);
      throw new PipelineError('unknown-outcome', 'provider-timeout', 'lost');
    };
    await deliver(deletion());
    expect([provider.erasures.length, placement()?.erasure]).toEqual([1, 'erased']);
  });

  test.each([
    ['permanent', 'anonymize-refused'],
    ['conflict', 'provider-conflict'],
  ] as const)('that is refused for good (%s) is parked, once, until a redrive', async (errorClass, code) => {
    const { provider, tester, deliver, placement, observed } = await startPlaced();
    const tries = errorClass === 'conflict' ? MOST_CONFLICTS : 1;
    const refusal = () => new PipelineError(errorClass, code, 'no');
    provider.erasureFailures.push(...Array.from({ length: tries }, () => refusal));
    await deliver(deletion());
    expect(tester.letters).toMatchObject([{ errorClass: 'permanent', code: 'erasure-refused' }]);
    expect(tester.appends.at(-1)?.also.map(({ topic }) => topic)).toEqual([deadLetterTopics['order-router']]);
    expect(observed.at(-1)).toBe('erasureRefused erasure-refused');
    await deliver(deletion());
    expect([provider.erasures.length, tester.letters.length]).toEqual([tries, 1]);
    await deliver(deletion(), { 'redrive-id': 'r1' });
    expect([provider.erasures.length, placement()?.erasure]).toEqual([tries + 1, 'erased']);
  });

  test('that alone keeps failing is parked like one that is refused', async () => {
    const { provider, tester, deliver, placement } = await startPlaced();
    tester.othersSucceed = true;
    tester.retryMs = 60_000;
    const lost = () => new PipelineError('unknown-outcome', 'provider-timeout', 'no answer');
    provider.erasureFailures.push(...Array<typeof lost>(10_000).fill(lost));
    expect(await deliver(deletion())).toBe('done');
    expect([placement()?.erasure, tester.letters.map(({ code }) => code)]).toEqual([
      'erasureRefused',
      ['erasure-refused'],
    ]);
    provider.erasureFailures.length = 0;
    await deliver(deletion(), { 'redrive-id': 'r1' });
    expect(placement()?.erasure).toBe('erased');
  });

  test('of an order whose process is not known is parked', async () => {
    const { provider, tester, deliver } = startRouter();
    provider.put(aPlacedOrder());
    tester.state = aLedgerEntry({ placements: [aPlacement({ processId: null })] });
    await deliver(deletion());
    await deliver(deletion());
    expect(tester.letters.map(({ code }) => code)).toEqual(['erasure-refused']);
    expect(provider.erasures).toEqual([]);
  });

  test('of an order that was never placed asks nothing of the provider', async () => {
    const { provider, tester, deliver } = startRouter();
    await deliver(deletion());
    expect([tester.effects, tester.reads, provider.erasures]).toEqual([[], 0, []]);
  });
});
