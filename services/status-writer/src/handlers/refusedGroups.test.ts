import type { StatusGroup } from '@pipeline/fulfillment';
import { someParts } from '@pipeline/fulfillment/testkit';
import { deadLetterTopics } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import { closed, created, handedOver, picking, placed, ready } from '../testing/inputs.ts';
import { startWriter } from '../testing/writer.ts';

/** A writer whose shop refuses these groups, with what it counts. */
function startWith(...groups: readonly StatusGroup[]) {
  const writer = startWriter();
  const { platform, tester } = writer;
  for (const group of groups) platform.refuses.add(group);
  return {
    ...writer,
    /** Updates that were sent, accepted or not. */
    calls: () => tester.effects.length,
    refused: () => tester.state?.refused.map(({ group }) => group),
    /** Topics of what went on record with the states. */
    letters: () => tester.appends.flatMap(({ also }) => also.map(({ topic }) => topic)),
  };
}

const unreachable = () => {
  throw new PipelineError('transient', 'unreachable', 'down', { notSent: true });
};
const lost = () => {
  throw new PipelineError('unknown-outcome', 'no-answer', 'no answer');
};
const nothing = { shipmentState: null, fields: { providerOrderId: null, handoverJobId: null } };
const written = { shipmentState: 'Ready', fields: { providerOrderId: 'fft-order-1', handoverJobId: 'handover-1' } };

describe('an update that the shop refuses', () => {
  test.each([
    [['state'], { ...written, shipmentState: null }],
    [['fields'], { ...nothing, shipmentState: 'Ready' }],
    [['state', 'fields'], nothing],
  ] as const)('because of %j: everything else is written, and only that is parked', async (groups, shown) => {
    const { platform, tester, observed, deliver, calls, refused, letters } = startWith(...groups);
    expect(await deliver(placed, ready)).toBe('done');
    expect(platform.order).toMatchObject(shown);
    expect(calls()).toBe(3);
    expect(refused()).toEqual(groups);
    // Two messages, each with a letter for each group.
    expect(letters()).toEqual(
      groups.flatMap(() => [deadLetterTopics['status-writer'], deadLetterTopics['status-writer']]),
    );
    expect(tester.letters.map(({ message }) => message)).toEqual(
      groups.map((group) => expect.stringMatching(new RegExp(`refused: ${group}\\. .* no ${group} today`))),
    );
    expect(tester.letters[0]).toMatchObject({ code: 'InvalidField', httpStatus: 400, stage: 'call' });
    expect(observed.filter((each) => each === 'refused')).toHaveLength(groups.length);
    expect(tester.retries).toEqual([]);
  });

  test('of one group takes one call', async () => {
    const { platform, tester, deliver, calls, refused } = startWith('fields');
    await deliver(placed);
    expect([calls(), refused(), tester.state?.platform?.version]).toEqual([1, ['fields'], 3]);
    expect(platform.reads).toBe(1);
  });

  test('continues with the version of the last answer, and puts what was accepted on record', async () => {
    const { platform, tester, deliver } = startWith('fields');
    await deliver(placed, ready);
    expect(platform.reads).toBe(1);
    expect(tester.appends).toHaveLength(1);
    expect(tester.state).toMatchObject({
      written: { shipmentState: 'Ready', handoverJobId: null },
      platform: { version: 4, shipmentState: 'Ready' },
    });
  });

  test('is not sent again for events that change nothing, nor after a restart, nor in a replay', async () => {
    const { platform, tester, deliver, calls, letters } = startWith('state', 'fields');
    await deliver(placed, ready);
    const before = [calls(), platform.reads, tester.appends.length, letters().length];
    await deliver(ready, placed);
    tester.restart();
    for (const input of [placed, ready]) await deliver(input);
    expect([calls(), platform.reads, tester.appends.length, letters().length]).toEqual(before);
  });
});

test('an update that alone keeps failing is parked with what it tells on record, and written by a redrive', async () => {
  const { platform, tester, deliver, refused, letters, observed } = startWith();
  tester.retryMs = 60_000;
  tester.othersSucceed = true;
  platform.mishaps.push(...Array<() => void>(10_000).fill(lost));
  expect(await deliver(placed, ready)).toBe('done');
  expect(platform.order).toMatchObject(nothing);
  expect(refused()).toEqual(['state', 'fields']);
  expect(tester.state?.processes).toHaveLength(1);
  expect(new Set(letters())).toEqual(new Set([deadLetterTopics['status-writer']]));
  expect(tester.letters.map(({ code, message }) => [code, message])).toEqual(
    ['state', 'fields'].map((group) => ['transient-exhausted', expect.stringContaining(`not written: ${group}. `)]),
  );
  expect(observed.filter((each) => each === 'refused')).toHaveLength(2);
  platform.mishaps.length = 0;
  await tester.deliver(tester.message(ready, { headers: { 'redrive-id': 'redrive-1' } }));
  expect(platform.order).toMatchObject(written);
  expect(refused()).toEqual([]);
});

test('an order that alone cannot be read is parked with what it tells on record, and shown by a redrive', async () => {
  const { platform, tester, deliver, letters } = startWith();
  tester.othersSucceed = true;
  tester.retryMs = 60_000;
  const down = new PipelineError('transient', 'http-500', 'no');
  platform.failures.push(...Array<typeof down>(10_000).fill(down));
  expect(await deliver(placed, ready)).toBe('done');
  expect(tester.letters.map(({ code }) => code)).toEqual(['transient-exhausted']);
  expect(letters()).toHaveLength(2);
  expect(tester.state).toMatchObject({ placement: { providerOrderId: 'fft-order-1' }, platform: null });
  platform.failures.length = 0;
  await tester.deliver(tester.message(ready, { headers: { 'redrive-id': 'redrive-1' } }));
  expect(platform.order).toMatchObject(written);
});

test('what was refused stays on record when the order cannot be read after it', async () => {
  const { platform, tester, deliver, refused } = startWith('deliveries');
  tester.othersSucceed = true;
  tester.retryMs = 60_000;
  await deliver(placed, ready, closed, handedOver());
  const before = tester.letters.length;
  const down = new PipelineError('transient', 'http-500', 'no');
  platform.failures.push(...Array<typeof down>(10_000).fill(down));
  const redriven = tester.message(ready, { headers: { 'redrive-id': 'redrive-1' } });
  expect(await tester.deliver(redriven)).toBe('done');
  expect(tester.letters.slice(before).map(({ code }) => code)).toEqual(['InvalidField', 'transient-exhausted']);
  expect([refused(), platform.order?.shipmentState]).toEqual([['deliveries'], 'Shipped']);
});

test('an order whose lines alone cannot be read is shown without them', async () => {
  const { atProvider, platform, tester, deliver } = startWith();
  tester.othersSucceed = true;
  tester.retryMs = 60_000;
  const down = new PipelineError('transient', 'http-500', 'no');
  atProvider.failures.push(...Array<typeof down>(10_000).fill(down));
  const [placement] = placed.placements;
  if (!placement) return expect.unreachable();
  expect(await deliver({ ...placed, placements: [{ ...placement, lines: [] }] }, ready)).toBe('done');
  expect([platform.order?.fields.providerOrderId, tester.letters]).toEqual(['fft-order-1', []]);
});

describe('what was refused', () => {
  test('is tried again with the next change, after the rest, and not parked again as it is', async () => {
    const { platform, deliver, calls, letters } = startWith('state');
    await deliver(placed, ready);
    const parked = letters().length;
    platform.writes.length = 0;
    const before = calls();
    await deliver(picking);
    expect(platform.writes.map(({ change }) => change.fields.pickJobId)).toEqual(['pick-1']);
    expect([calls() - before, letters().length]).toEqual([2, parked]);
  });

  test('is parked again when it is something else', async () => {
    const { tester, deliver, refused, letters } = startWith('state');
    await deliver(placed, ready);
    const parked = letters().length;
    await deliver(closed, handedOver());
    expect(letters().length).toBeGreaterThan(parked);
    expect(refused()).toEqual(['state']);
    expect(tester.state?.refused[0]?.value).toContain('Shipped');
  });

  test('goes with everything else again once it was accepted', async () => {
    const { platform, tester, deliver } = startWith('fields');
    await deliver(placed, ready);
    platform.refuses.clear();
    await deliver(picking);
    expect(platform.order?.fields).toMatchObject({ providerOrderId: 'fft-order-1', pickJobId: 'pick-1' });
    expect(tester.state?.refused).toEqual([]);
    platform.writes.length = 0;
    await deliver(closed, handedOver());
    expect(platform.writes.map(({ change }) => change)).toEqual([
      { shipmentState: 'Shipped', fields: expect.objectContaining({}), deliveries: [expect.anything()] },
    ]);
  });

  test('does not keep the state of the next changes from being written', async () => {
    const { platform, deliver } = startWith('fields');
    for (const input of [placed, created, picking, ready, closed, handedOver()]) await deliver(input);
    expect(platform.writes.map(({ change }) => change.shipmentState)).toEqual(['Ready', 'Shipped']);
  });

  test('is tried again by a redrive, once for each', async () => {
    const { platform, tester, calls, deliver, letters, refused } = startWith('fields');
    await deliver(placed, ready);
    const parked = letters().length;
    const redrive = (id: string) => tester.deliver(tester.message(ready, { headers: { 'redrive-id': id } }));
    let before = calls();
    await redrive('first');
    expect([calls() - before, letters().length - parked, refused()]).toEqual([1, 1, ['fields']]);
    before = calls();
    tester.restart();
    await redrive('first');
    expect(calls()).toBe(before);
    platform.refuses.clear();
    await redrive('second');
    expect(platform.order).toMatchObject(written);
    expect(refused()).toEqual([]);
    before = calls();
    for (const id of ['first', 'second']) await redrive(id);
    expect([calls(), letters().length - parked]).toEqual([before, 1]);
  });
});

describe('when something happens between the groups', () => {
  type Writer = ReturnType<typeof startWith>;

  /** The order is known and shows its placement; then the shop refuses a group. */
  async function startKnown(group: StatusGroup): Promise<Writer> {
    const writer = startWith();
    await writer.deliver(placed);
    writer.platform.refuses.add(group);
    writer.platform.writes.length = 0;
    return writer;
  }

  const end = ({ platform, tester }: Writer) => ({
    order: { ...platform.order, version: 0 },
    state: { ...tester.state, updatedAt: 0, platform: { ...tester.state?.platform, version: 0 } },
  });

  /** Written once, parked once, and everything as if nothing had happened. */
  async function expectTheSame(writer: Writer, group: StatusGroup): Promise<void> {
    const undisturbed = await startKnown(group);
    await undisturbed.deliver(ready, picking);
    expect(undisturbed.calls()).toBe(4);
    expect(end(writer)).toEqual(end(undisturbed));
    expect(writer.letters()).toEqual(undisturbed.letters());
    expect(writer.platform.writes.length).toBeLessThanOrEqual(1);
  }

  const either: readonly StatusGroup[] = ['state', 'fields'];

  test.each(either)('a conflict: the order is read, and what remains is sent; refused: %s', async (group) => {
    for (const position of [1, 2]) {
      const writer = await startKnown(group);
      const { platform, deliver, calls } = writer;
      platform.mishaps.push(...Array<undefined>(position), () => platform.change({}));
      expect(await deliver(ready, picking)).toBe('done');
      await expectTheSame(writer, group);
      expect(platform.reads).toBe(2);
      expect(calls()).toBeLessThanOrEqual(7);
    }
  });

  test.each([
    ['no connection', unreachable, ['transient']],
    ['a lost answer', lost, []],
  ])('%s: it is tried as a whole, and what is written is not repeated', async (_, mishap, retries) => {
    for (const group of either) {
      for (const position of [1, 2]) {
        const writer = await startKnown(group);
        const { platform, tester, deliver } = writer;
        platform.mishaps.push(...Array<undefined>(position), mishap);
        expect(await deliver(ready, picking)).toBe('done');
        expect(tester.retries.map(({ errorClass }) => errorClass)).toEqual(retries);
        await expectTheSame(writer, group);
      }
    }
  });

  test('an update that came through without an answer is not sent twice', async () => {
    const writer = await startKnown('fields');
    const { platform, deliver } = writer;
    platform.mishaps.push(undefined, () => {
      platform.change({ shipmentState: 'Ready' });
      lost();
    });
    await deliver(ready, picking);
    expect(platform.writes).toEqual([]);
    await expectTheSame(writer, 'fields');
  });

  test.each(either)('a crash before the state is on record; refused: %s', async (group) => {
    const writer = await startKnown(group);
    writer.tester.loseNextAppend('not-committed');
    await writer.deliver(ready, picking);
    await expectTheSame(writer, group);
  });

  test.each(either)('a crash after the state was on record; refused: %s', async (group) => {
    const writer = await startKnown(group);
    writer.tester.loseNextAppend('committed');
    await writer.deliver(ready, picking);
    await expectTheSame(writer, group);
    expect(writer.calls()).toBe(4);
  });

  test.each([1, 2, 3])('a crash after update %i', async (position) => {
    for (const group of either) {
      const writer = await startKnown(group);
      const { platform, tester, deliver } = writer;
      const { writeStatus } = platform;
      let count = 0;
      platform.writeStatus = async (write, permit) => {
        const answer = writeStatus(write, permit);
        if (++count !== position) return answer;
        await answer.catch(() => undefined);
        return tester.crash();
      };
      expect(await deliver(ready, picking)).toBe('done');
      await expectTheSame(writer, group);
    }
  });

  test('the order is deleted: it is noted as gone, and nothing more is sent', async () => {
    const { platform, tester, deliver, calls } = await startKnown('fields');
    platform.mishaps.push(undefined, () => (platform.order = undefined));
    await deliver(ready, picking);
    expect([tester.state?.platform?.gone, calls()]).toEqual([true, 3]);
  });
});

describe('a delivery that the shop refuses because it has it already', () => {
  /** The shop says that the key is taken; `there`: it is right. */
  async function startRefusing(there: boolean) {
    const writer = startWith();
    const { platform, deliver } = writer;
    await deliver(placed, created, ready);
    platform.mishaps.push(
      ...[1, 2].map(() => () => {
        throw new PipelineError('permanent', 'DuplicateField', 'taken', { httpStatus: 400, stage: 'call' });
      }),
      undefined,
      () => {
        const items = [{ lineId: 'line-1', quantity: 1 }];
        if (there && platform.order)
          platform.order = {
            ...platform.order,
            parts: someParts({ deliveries: [{ key: 'pick-1', items, parcels: [] }] }),
          };
        throw new PipelineError('permanent', 'DuplicateField', 'taken', { httpStatus: 400, stage: 'call' });
      },
    );
    // Together, then the state, refused by itself, then the fields, then the delivery.
    await deliver(closed, handedOver());
    return writer;
  }

  test('is looked for there, and not parked', async () => {
    const { tester, refused } = await startRefusing(true);
    expect(refused()).not.toContain('deliveries');
    expect(tester.letters.map(({ message }) => message).join()).not.toContain('deliveries');
  });

  test('is parked when it is not there, tried once', async () => {
    const { tester, refused } = await startRefusing(false);
    expect(refused()).toContain('deliveries');
    expect(tester.letters.map(({ message }) => message).join()).toContain('deliveries');
  });
});
