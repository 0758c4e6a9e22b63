import {
  aFulfillmentEvent,
  aHandoverJob,
  aLedgerEntry,
  aPickJob,
  aPlacement,
  someParts,
} from '@pipeline/fulfillment/testkit';
import { PipelineError } from '@pipeline/streams';
import { describe, expect, test } from 'vitest';
import { startWriter } from '../testing/writer.ts';

const COUNT = 1_000;
const many = Array.from({ length: COUNT }, (_, index) => String(index).padStart(4, '0'));
const line = { articleId: 'sku-1', quantity: 1 };
const placed = aLedgerEntry({ placements: [aPlacement({ lines: [{ articleId: 'sku-1', quantity: COUNT }] })] });
/** Every piece leaves from a facility of its own. */
const events = many.flatMap((id) => [
  aFulfillmentEvent({
    pickJob: aPickJob({ id: `pick-${id}`, version: 4, status: 'CLOSED', lines: [{ ...line, picked: 1 }] }),
  }),
  aFulfillmentEvent({
    handoverJob: aHandoverJob({
      id: `handover-${id}`,
      pickJobId: `pick-${id}`,
      version: 2,
      status: 'HANDED_OVER',
      lines: [{ ...line, handedOver: 1, refused: 0 }],
    }),
  }),
]);

function start() {
  const writer = startWriter();
  const lines = [{ id: 'line-1', articleId: 'sku-1', quantity: COUNT }];
  writer.platform.change({ parts: { ...someParts(), lines } });
  const shown = () => new Set(writer.platform.order?.parts.deliveries.map(({ key }) => key));
  return { ...writer, shown };
}

describe('an order with more deliveries than an update takes', () => {
  test('gets them in several updates, one version after another, with no read between them', async () => {
    const { platform, deliver, shown } = start();
    expect(await deliver(placed, ...events)).toBe('done');
    expect(shown()).toEqual(new Set(many.map((id) => `pick-${id}`)));
    const steps = platform.writes.map(({ change }) => change.deliveries?.length ?? 0);
    expect(Math.max(...steps)).toBeLessThanOrEqual(490);
    expect(steps).toEqual([0, 480, 480, 40]);
    const versions = platform.writes.map((write) => write.platform.version);
    expect(versions).toEqual(versions.map((_, index) => (versions[0] ?? 0) + index));
    expect(platform.reads).toBe(1);
  });

  test('goes on after a crash between two of them with what is missing', async () => {
    const { platform, tester, deliver, shown } = start();
    const cut = () => {
      throw new PipelineError('transient', 'unreachable', 'down', { notSent: true });
    };
    platform.mishaps.push(undefined, undefined, cut);
    await deliver(placed, ...events);
    tester.restart();
    await deliver(placed, ...events);
    expect(shown().size).toBe(COUNT);
    const keys = platform.writes.flatMap(({ change }) => change.deliveries ?? []);
    expect(keys).toHaveLength(COUNT);
  });

  test('has the rest of the group parked, and nothing else, when a part is refused', async () => {
    const { platform, tester, deliver, shown } = start();
    const refuse = () => {
      throw new PipelineError('permanent', 'InvalidField', 'no', { httpStatus: 400, stage: 'call' });
    };
    platform.mishaps.push(undefined, undefined, refuse);
    expect(await deliver(placed, ...events)).toBe('done');
    expect(shown().size).toBe(480);
    expect(platform.order).toMatchObject({ shipmentState: 'Shipped' });
    expect(tester.state?.refused.map(({ group }) => group)).toEqual(['deliveries']);
    const calls = tester.effects.length;
    await deliver(placed);
    expect(tester.effects).toHaveLength(calls);
  });
});
