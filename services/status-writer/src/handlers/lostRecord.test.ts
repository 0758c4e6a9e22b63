import { statusPresets } from '@pipeline/fulfillment';
import { aFulfillmentEvent, aHandoverJob, aProviderOrder } from '@pipeline/fulfillment/testkit';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import { closed, created, handedOver, picking, placed, ready } from '../testing/inputs.ts';
import { startWriter } from '../testing/writer.ts';
import type { StatusInput } from './writeStatus.ts';

const reverted = (version = 3) => aFulfillmentEvent({ handoverJob: aHandoverJob({ version }) });

/** The update of `sent` has its effect and the process dies before that is on record. */
async function dieAfterWriting(writer: ReturnType<typeof startWriter>, sent: readonly StatusInput[]) {
  const { tester } = writer;
  tester.loseNextAppend('not-committed');
  const [first, ...rest] = sent.map((input) => tester.message(input));
  if (!first) throw new Error('nothing is sent');
  await expect(tester.call(first, ...rest)).rejects.toThrow();
  tester.restart();
}

describe('an update that had its effect in a process that died before it was on record', () => {
  test('is taken back when what it showed was taken back meanwhile', async () => {
    const writer = startWriter();
    const { platform, tester, deliver } = writer;
    await deliver(placed, created, closed, ready);
    await dieAfterWriting(writer, [handedOver()]);
    expect(platform.order?.shipmentState).toBe('Shipped');
    await deliver(handedOver(), reverted());
    expect(platform.order?.shipmentState).toBe('Ready');
    expect(tester.state).toMatchObject({ written: { shipmentState: 'Ready' }, reopened: 1 });
  });

  test('is taken back too when there is something else to write', async () => {
    const writer = startWriter();
    const { platform, deliver } = writer;
    await deliver(placed, created, ready);
    await dieAfterWriting(writer, [closed, handedOver()]);
    const known = aFulfillmentEvent({
      pickJob: { ...(closed.pickJob ?? expect.fail()), loadUnitsAmount: 2, version: 9 },
    });
    await deliver(closed, handedOver(), reverted(), known);
    expect(platform.order?.shipmentState).toBe('Ready');
    expect(platform.order?.fields.loadUnitsAmount).toBe(2);
  });

  test('is taken back too when it was on record as given up, since the order could not be read', async () => {
    const { platform, tester, deliver } = startWriter();
    await deliver(placed, created, closed, ready);
    tester.othersSucceed = true;
    tester.retryMs = 60_000;
    const down = new PipelineError('transient', 'http-500', 'no');
    const { writeStatus } = platform;
    platform.writeStatus = async (...asked) => {
      platform.failures.push(...Array<typeof down>(10_000).fill(down));
      await writeStatus(...asked);
      throw new PipelineError('unknown-outcome', 'no-answer', 'no answer');
    };
    expect(await deliver(handedOver())).toBe('done');
    expect([platform.order?.shipmentState, tester.letters.length]).toEqual(['Shipped', 1]);
    platform.writeStatus = writeStatus;
    platform.failures.length = 0;
    tester.restart();
    await deliver(reverted());
    expect(platform.order?.shipmentState).toBe('Ready');
  });

  test('is found although its messages come in two parts', async () => {
    const writer = startWriter();
    const { platform, deliver } = writer;
    await deliver(placed, created, picking, ready);
    await dieAfterWriting(writer, [closed, handedOver()]);
    await deliver(closed);
    await deliver(handedOver(), reverted());
    expect(platform.order?.shipmentState).toBe('Ready');
  });

  test('is raised again when it was a step back', async () => {
    const writer = startWriter();
    const { platform, deliver } = writer;
    await deliver(placed, created, closed, handedOver());
    await dieAfterWriting(writer, [reverted()]);
    expect(platform.order?.shipmentState).toBe('Ready');
    await deliver(reverted(), handedOver(5));
    expect(platform.order?.shipmentState).toBe('Shipped');
  });

  test('loses the delivery that it added, where the shop wants that', async () => {
    const writer = startWriter({ policy: { ...statusPresets.docs, revertedDelivery: 'remove' } });
    const { platform, deliver } = writer;
    await deliver(placed, created, closed, ready);
    await dieAfterWriting(writer, [handedOver()]);
    expect(platform.order?.parts.deliveries).toHaveLength(1);
    await deliver(handedOver(), reverted());
    expect(platform.order?.parts.deliveries).toEqual([]);
  });

  test('is ours also when it was the very first of the order, and may be lowered later', async () => {
    const writer = startWriter();
    const { platform, tester, deliver } = writer;
    await dieAfterWriting(writer, [placed, created, closed, handedOver()]);
    await deliver(placed, created, closed, handedOver());
    expect(platform.writes).toHaveLength(1);
    expect(tester.state?.written?.shipmentState).toBe('Shipped');
    await deliver(reverted());
    expect(platform.order?.shipmentState).toBe('Ready');
  });

  test('is ours when it was the very first, and was taken back meanwhile', async () => {
    const writer = startWriter();
    const { platform, deliver } = writer;
    await dieAfterWriting(writer, [placed, created, closed, handedOver()]);
    await deliver(placed, created, closed, handedOver(), reverted());
    expect(platform.order?.shipmentState).toBe('Ready');
  });
});

describe('a state that nothing says is ours', () => {
  test('is not lowered by the first update of an order, though it is what we would have written', async () => {
    const { platform, tester, deliver } = startWriter();
    platform.change({ shipmentState: 'Shipped' });
    await deliver(placed, created, closed, handedOver(), reverted());
    expect(platform.order?.shipmentState).toBe('Shipped');
    expect(tester.state?.written?.shipmentState).toBeNull();
  });

  test('is not lowered when it is none that we were about to write', async () => {
    const writer = startWriter();
    const { platform, deliver } = writer;
    await deliver(placed, created, closed, ready);
    await dieAfterWriting(writer, [handedOver()]);
    platform.change({ shipmentState: 'Delivered' });
    await deliver(handedOver(), reverted());
    expect(platform.order?.shipmentState).toBe('Delivered');
  });
});

test('what goes up and down at once costs one read, and nothing else that changes nothing does', async () => {
  const { platform, deliver } = startWriter();
  await deliver(placed, created, closed, ready);
  expect(platform.reads).toBe(1);
  await deliver(handedOver(), reverted());
  expect([platform.reads, platform.writes.length]).toEqual([2, 1]);
  const modified = aFulfillmentEvent({ order: aProviderOrder({ version: 2 }) });
  const later = aFulfillmentEvent({ order: aProviderOrder({ version: 3 }) });
  await deliver(modified, later, picking, reverted());
  expect([platform.reads, platform.writes.length]).toEqual([2, 1]);
});
