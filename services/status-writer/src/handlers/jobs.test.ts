import { statusPresets } from '@pipeline/fulfillment';
import { aFulfillmentEvent, NOON } from '@pipeline/fulfillment/testkit';
import { expect, test } from 'vitest';
import { closed, created, handedOver, picking, placed, ready } from '../testing/inputs.ts';
import { startWriter } from '../testing/writer.ts';

const policy = { ...statusPresets.docs, jobsField: true };

test('the field of all jobs is written when its text changes, and by nothing else', async () => {
  const { platform, deliver, tester } = startWriter({ policy });
  const written = () => platform.writes.map(({ change }) => change.fields.jobs);
  await deliver(placed, created);
  expect(written()).toEqual([undefined]);
  await deliver(picking);
  expect(JSON.parse(written()[1] ?? '')).toMatchObject([{ type: 'pick' }]);
  await deliver(picking);
  await deliver(created);
  expect(written()).toHaveLength(2);
  tester.restart();
  await deliver(picking);
  expect(written()).toHaveLength(2);
  await deliver(closed, ready, handedOver());
  expect(written()).toHaveLength(3);
  expect(JSON.parse(written()[2] ?? '')).toMatchObject([
    { type: 'pick', status: 'CLOSED' },
    { type: 'handover', status: 'HANDED_OVER' },
  ]);
  expect(tester.state?.written?.jobs).toBe(written()[2]);
});

test('a refund is in it, and a shop without that field gets no call for one', async () => {
  const refund = aFulfillmentEvent({
    type: 'RefundTriggered',
    processId: null,
    refund: { returnId: 'return-1', returnJobId: 'job-1', createdAt: NOON, status: 'OPEN' },
  });
  const [shown, plain] = [startWriter({ policy }), startWriter()];
  for (const { deliver } of [shown, plain]) {
    await deliver(placed, created, picking, closed, ready, handedOver());
    await deliver(refund);
    await deliver(refund);
  }
  expect(shown.platform.writes.map(({ change }) => change)).toHaveLength(2);
  expect(JSON.parse(shown.platform.writes[1]?.change.fields.jobs ?? '')).toContainEqual({
    ...{ type: 'refund', id: 'return-1', status: 'OPEN', created: new Date(NOON).toISOString() },
  });
  expect(plain.platform.writes).toHaveLength(1);
  expect(plain.tester.state?.processes.flatMap(({ refunds }) => refunds)).toHaveLength(1);
});

test('without a place for it there is no such field', async () => {
  const { platform, deliver } = startWriter();
  await deliver(placed, created, picking, closed, ready, handedOver());
  expect(platform.writes.map(({ change }) => change.fields.jobs)).toEqual([undefined]);
});
