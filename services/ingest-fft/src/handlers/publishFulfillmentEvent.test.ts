import { ORDER_ID, PROCESS_ID } from '@pipeline/fulfillment/testkit';
import { topics } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import { handoverJob, notification, order, pickJob } from '../testing/notifications.ts';
import { aLink, aProcessOrder, GIVE_UP, startNormaliser, WAIT } from '../testing/normaliser.ts';

const handover = notification('HANDOVERJOB_CREATED', handoverJob());

describe('a notification', () => {
  test('that carries our order id is an event of that order, at once', async () => {
    const { clock, calls, tester, events, deliver } = startNormaliser();
    const begin = clock.now().monotonic;
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    expect(await deliver(notification('ORDER_CREATED', order(), 'e-1'), { traceparent, origin: 'replay' })).toBe(
      'done',
    );
    expect(events()).toMatchObject([
      { type: 'OrderChanged', orderId: ORDER_ID, processId: PROCESS_ID, eventId: 'e-1' },
    ]);
    expect([clock.now().monotonic - begin, calls]).toEqual([0, []]);
    const [published] = tester.published;
    expect(published).toMatchObject({ topic: topics.fulfillmentEvents, key: ORDER_ID });
    expect(published?.headers).toMatchObject({
      ce_id: 'e-1',
      ce_type: 'fulfillment.OrderChanged',
      ce_source: '/fulfillmenttools/default',
      ce_specversion: '1.0',
      'content-type': 'application/avro',
      origin: 'replay',
      producer: 'ingest-fft@0',
    });
    expect(published?.headers?.['traceparent']).toContain('0af7651916cd43dd8448eb211c80319c');
  });

  test.each([['another project', { commercetoolsOrderId: ORDER_ID, commercetoolsProjectKey: 'other' }]])(
    'of %s is foreign, without a question',
    async (_, customAttributes) => {
      const { calls, observed, tester, deliver } = startNormaliser();
      await deliver(notification('ORDER_CREATED', order({ customAttributes })));
      expect([calls, observed, tester.published]).toEqual([[], ['foreign'], []]);
    },
  );

  test('finds its order by the link of its process', async () => {
    const { links, logged, calls, events, deliver } = startNormaliser();
    links.put(PROCESS_ID, aLink());
    await deliver(handover);
    expect(events()).toMatchObject([{ type: 'HandoverJobChanged', orderId: ORDER_ID }]);
    expect(logged).toEqual([`${ORDER_ID} HandoverJobChanged HANDOVERJOB_CREATED`]);
    expect(calls).toEqual([]);
  });

  test('that nobody maps is ignored before anything is asked', async () => {
    const { observed, logged, calls, tester, deliver } = startNormaliser();
    await deliver(notification('FACILITY_CREATED', { id: 'f' }));
    await deliver(notification('SOME_NEW_EVENT', { id: 'x' }));
    expect([observed, logged, calls, tester.published]).toEqual([['other-event', 'other-event'], [], [], []]);
  });

  test.each([
    ['no JSON', Buffer.from('{"event":')],
    ['no notification', Buffer.from('[]')],
    ['empty', Buffer.alloc(0)],
  ])('that is %s becomes a dead letter at the first try', async (_, bytes) => {
    const { tester, deliver } = startNormaliser();
    expect(await deliver(bytes)).toBe('dead-letter');
    expect(tester.letters[0]).toMatchObject({ errorClass: 'permanent', stage: 'deserialize' });
  });

  test('without a version becomes a dead letter: it has no place in a fold', async () => {
    const { links, tester, deliver } = startNormaliser();
    links.put(PROCESS_ID, aLink());
    expect(await deliver(notification('HANDOVERJOB_CREATED', handoverJob({ version: undefined })))).toBe('dead-letter');
    expect(tester.letters[0]?.code).toBe('payload-incomplete');
  });
});

describe('an event whose process is not linked yet', () => {
  test('waits, and goes on as soon as the link comes', async () => {
    const { clock, links, calls, waiting, tester, events } = startNormaliser();
    const message = tester.message(handover);
    const begin = clock.now().monotonic;
    await expect(tester.call(message)).rejects.toThrow('not linked yet');
    expect(waiting.count()).toBe(1);
    links.put(PROCESS_ID, aLink());
    await tester.deliver(message);
    expect([clock.now().monotonic - begin, calls, waiting.count()]).toEqual([0, [], 0]);
    expect(events()).toHaveLength(1);
  });

  test('is held aside when the link does not come at once, and goes on as soon as it comes', async () => {
    const { clock, links, calls, waiting, tester, events } = startNormaliser();
    const message = tester.message(handover);
    await expect(tester.call(message)).rejects.toThrow('not linked yet');
    clock.advance(1_000);
    await expect(tester.call(message)).rejects.toMatchObject({ hold: true });
    expect(waiting.count()).toBe(0);
    const held = { ...message, heldSince: clock.now().wall };
    await expect(tester.call(held)).rejects.toMatchObject({ hold: false, afterMs: WAIT - 1_000 });
    links.put(PROCESS_ID, aLink());
    await tester.call(held);
    expect([calls, events().length]).toEqual([[], 1]);
  });

  test('that was held before a restart does not wait anew', async () => {
    const { clock, calls, tester, events } = startNormaliser();
    const heldSince = clock.now().wall - WAIT;
    await tester.call(tester.message(handover, { heldSince }));
    expect([calls, events().length]).toEqual([[`process ${PROCESS_ID}`], 1]);
  });

  test('is asked about after a while, and the answer remembered with the event', async () => {
    const { clock, calls, events, remembered, tester, deliver } = startNormaliser();
    const begin = clock.now().monotonic;
    await deliver(handover);
    expect(clock.now().monotonic - begin).toBeGreaterThanOrEqual(WAIT);
    expect(calls).toEqual([`process ${PROCESS_ID}`]);
    expect(remembered()).toMatchObject([{ orderId: ORDER_ID, processId: PROCESS_ID, projectKey: 'shop' }]);
    expect(tester.published[0]?.key).toBe(PROCESS_ID);
    expect(events()).toMatchObject([{ orderId: ORDER_ID }]);
  });

  test('of nobody we know is foreign, and that is remembered: the next one costs no read', async () => {
    const { answers, links, calls, observed, events, remembered, deliver } = startNormaliser();
    answers.process = aProcessOrder({ orderId: null, projectKey: null });
    await deliver(handover);
    expect(remembered()).toMatchObject([{ orderId: null, processId: PROCESS_ID }]);
    expect(links.get(PROCESS_ID)).toEqual(remembered()[0]);
    await deliver(notification('HANDOVERJOB_HANDED_OVER', handoverJob({ version: 2 })));
    expect([calls.length, observed, events()]).toEqual([1, ['foreign', 'foreign'], []]);
  });

  test('of another project is foreign', async () => {
    const { answers, observed, remembered, deliver } = startNormaliser();
    answers.process = aProcessOrder({ projectKey: 'other' });
    await deliver(handover);
    expect(observed).toEqual(['foreign']);
    expect(remembered()).toMatchObject([{ orderId: null, projectKey: 'other' }]);
  });

  test('whose link comes while fulfillmenttools is asked is ours: "not ours" is not written over it', async () => {
    const { answers, links, events, remembered, deliver } = startNormaliser();
    answers.process = aProcessOrder({ orderId: null });
    answers.before = () => links.put(PROCESS_ID, aLink());
    await deliver(handover);
    expect(events()).toMatchObject([{ orderId: ORDER_ID }]);
    expect(remembered()).toEqual([]);
  });

  test('of a process that is not there is looked for less and less often, and then let go of, once for all', async () => {
    const { clock, answers, calls, observed, tester, remembered, deliver } = startNormaliser();
    answers.process = undefined;
    const message = tester.message(handover, { timestamp: clock.now().wall });
    expect(await tester.deliver(message)).toBe('done');
    expect(clock.now().wall - message.timestamp).toBeGreaterThanOrEqual(GIVE_UP);
    expect(calls.length).toBeGreaterThan(5);
    expect(calls.length).toBeLessThanOrEqual(14);
    expect([observed, tester.letters, tester.held]).toEqual([['process-gone'], [], 1]);
    expect(remembered()).toMatchObject([{ processId: PROCESS_ID, orderId: null }]);
    const asked = calls.length;
    await deliver(notification('HANDOVERJOB_HANDED_OVER', handoverJob({ version: 2 })));
    expect([calls.length, observed]).toEqual([asked, ['process-gone', 'foreign']]);
  });

  test('of a process that its index did not show yet is found later', async () => {
    const { clock, answers, calls, tester, events } = startNormaliser();
    answers.process = undefined;
    answers.before = () => {
      if (calls.length === 3) answers.process = aProcessOrder();
    };
    await tester.deliver(tester.message(handover, { timestamp: clock.now().wall }));
    expect([calls.length, events().length]).toEqual([3, 1]);
  });

  test('that landed long ago, as in a replay, is asked about once', async () => {
    const { clock, answers, calls, observed, tester } = startNormaliser();
    answers.process = undefined;
    await tester.deliver(tester.message(handover, { timestamp: clock.now().wall - GIVE_UP }));
    expect([calls.length, observed]).toEqual([1, ['process-gone']]);
  });

  test('whose job is not there becomes a dead letter in the end: its process cannot be known', async () => {
    const { clock, answers, tester } = startNormaliser();
    answers.pickJobProcess = undefined;
    const message = tester.message(notification('HANDOVERJOB_CREATED', handoverJob({ processId: undefined })), {
      timestamp: clock.now().wall,
    });
    expect(await tester.deliver(message)).toBe('dead-letter');
    expect(tester.letters[0]).toMatchObject({ errorClass: 'permanent', code: 'unresolved-order' });
    expect(clock.now().wall - message.timestamp).toBeGreaterThanOrEqual(GIVE_UP);
  });

  test('waits on while fulfillmenttools cannot be asked, without waiting for its link anew', async () => {
    const { clock, answers, waiting, tester, events, deliver } = startNormaliser();
    answers.failures.push(...Array.from({ length: 5 }, () => new PipelineError('transient', 'down', 'down')));
    const begin = clock.now().monotonic;
    await deliver(handover);
    expect(tester.retries).toHaveLength(5);
    expect(clock.now().monotonic - begin).toBeLessThan(2 * WAIT);
    expect([events().length, waiting.count()]).toEqual([1, 0]);
  });

  test('that leads nowhere becomes a dead letter, not somebody else’s', async () => {
    const { tester, observed, waiting, deliver } = startNormaliser();
    const nowhere = notification('HANDOVERJOB_CREATED', handoverJob({ processId: undefined, pickJobRef: undefined }));
    expect(await deliver(nowhere)).toBe('dead-letter');
    expect(tester.letters[0]).toMatchObject({ errorClass: 'permanent', code: 'unresolved-order' });
    expect([observed, waiting.count()]).toEqual([[], 0]);
  });

  test('is found by its pick job when it names no process', async () => {
    const { calls, events, deliver } = startNormaliser();
    await deliver(notification('HANDOVERJOB_CREATED', handoverJob({ processId: undefined })));
    expect(calls).toEqual(['pick job pick-1', `process ${PROCESS_ID}`]);
    expect(events()).toMatchObject([{ orderId: ORDER_ID, processId: PROCESS_ID }]);
  });

  test('of a refund is found by its return', async () => {
    const { calls, events, deliver } = startNormaliser();
    const refund = { itemReturnJobRef: 'job-1', itemReturnRef: 'return-1', created: '2026-01-15T10:00:00Z' };
    await deliver(notification('REFUND_TRIGGERED', refund));
    expect(calls).toEqual(['return job-1', `process ${PROCESS_ID}`]);
    expect(events()).toMatchObject([{ type: 'RefundTriggered', orderId: ORDER_ID }]);
  });

  test('counts as waiting no longer when its partition is lost', async () => {
    const { waiting, tester } = startNormaliser();
    await expect(tester.call(tester.message(handover))).rejects.toThrow('not linked yet');
    tester.losePartition();
    expect(waiting.count()).toBe(0);
  });
});

describe('a finished pick job', () => {
  const finished = notification('PICK_JOB_PICKING_FINISHED', pickJob({ version: 4, status: 'CLOSED' }));

  test('comes with its load units', async () => {
    const { links, calls, events, deliver } = startNormaliser();
    links.put(PROCESS_ID, aLink());
    await deliver(finished);
    expect(calls).toEqual(['load units pick-1']);
    expect(events()[0]?.pickJob?.loadUnitsAmount).toBe(2);
  });

  test('that is gone comes without them', async () => {
    const { answers, links, events, deliver } = startNormaliser();
    links.put(PROCESS_ID, aLink());
    answers.loadUnits = undefined;
    await deliver(finished);
    expect(events()[0]?.pickJob?.loadUnitsAmount).toBeNull();
  });

  test.each(['auth', 'permanent'] as const)(
    'comes without them when fulfillmenttools refuses to tell (%s): what is beside the event does not keep it',
    async (errorClass) => {
      const { answers, links, observed, events, deliver } = startNormaliser();
      links.put(PROCESS_ID, aLink());
      answers.failures.push(new PipelineError(errorClass, 'provider-forbidden', 'no', { httpStatus: 403 }));
      expect(await deliver(finished)).toBe('done');
      expect(events()[0]?.pickJob?.loadUnitsAmount).toBeNull();
      expect(observed).toContain('provider-forbidden');
    },
  );

  test('waits for them when fulfillmenttools refused two tokens in a row: the next may be good', async () => {
    const { answers, links, observed, events, deliver } = startNormaliser();
    links.put(PROCESS_ID, aLink());
    answers.failures.push(new PipelineError('auth', 'provider-unauthorized', 'no', { httpStatus: 401 }));
    expect(await deliver(finished)).toBe('done');
    expect(events()[0]?.pickJob?.loadUnitsAmount).toBe(2);
    expect(observed).not.toContain('provider-unauthorized');
  });

  test('that a catch-up has read comes with what it read beside it, and costs no call', async () => {
    const { links, calls, events, deliver } = startNormaliser();
    links.put(PROCESS_ID, aLink());
    for (const loadUnitsAmount of [5, null]) {
      const payload = pickJob({ version: 4, status: 'CLOSED' });
      const landed = { event: 'PICK_JOB_PICKING_FINISHED', eventId: 'e', payload, loadUnitsAmount };
      await deliver(Buffer.from(JSON.stringify(landed)), { origin: 'catch-up' });
    }
    expect(events().map(({ pickJob: job }) => job?.loadUnitsAmount)).toEqual([5, null]);
    expect(calls).toEqual([]);
  });

  test.each([
    ['catch-up', [`in turn: process ${PROCESS_ID}`, 'in turn: load units pick-1']],
    ['replay', [`process ${PROCESS_ID}`, 'load units pick-1']],
  ])('of the origin %s is asked about as often as such may', async (origin, expected) => {
    const { calls, events, deliver } = startNormaliser();
    const foundBy = pickJob({ version: 4, status: 'CLOSED', customAttributes: undefined });
    await deliver(notification('PICK_JOB_PICKING_FINISHED', foundBy), { origin });
    expect(calls).toEqual(expected);
    expect(events()[0]?.pickJob?.loadUnitsAmount).toBe(2);
  });

  test('of somebody else is not asked about', async () => {
    const { links, calls, deliver } = startNormaliser();
    links.put(PROCESS_ID, aLink({ orderId: null }));
    await deliver(finished);
    expect(calls).toEqual([]);
  });
});
