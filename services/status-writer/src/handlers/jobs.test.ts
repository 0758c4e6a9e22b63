import { statusPresets } from '@pipeline/fulfillment';
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

test('without a place for it there is no such field', async () => {
  const { platform, deliver } = startWriter();
  await deliver(placed, created, picking, closed, ready, handedOver());
  expect(platform.writes.map(({ change }) => change.fields.jobs)).toEqual([undefined]);
});
