import { divide, type StatusChange } from '@pipeline/fulfillment';
import type { PlatformStatus } from '@pipeline/schemas/types';
import { issuePermit } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { createPlatformSubjects } from './testing/platformSubject.ts';
import { startSimulatorSide } from './testing/simulatorSide.ts';

const { signal } = new AbortController();

test('1,000 deliveries reach the order in updates that the shop takes, each with the version of the last answer', async () => {
  await using subject = await createPlatformSubjects(startSimulatorSide)();
  const { platform, side } = subject;
  const orderId = await side.place({
    ...{ orderNumber: 'W-1', email: 'erika@example.com', city: 'Köln', note: '', fields: {} },
    ...{ shipmentState: null, shipping: 'one', type: 'none', lines: [{ sku: 'sku-1', quantity: 1_000 }] },
  });
  const before = await platform.getStatus(orderId, signal);
  const line = before?.parts?.lines[0];
  if (!before || !line) return expect.fail('no order with a line');
  const deliveries = Array.from({ length: 1_000 }, (_, index) => ({
    step: 'addDelivery' as const,
    key: `pick-${index}`,
    shippingKey: null,
    items: [{ lineId: line.id, quantity: 1 }],
    parcels: [],
  }));
  const change = { shipmentState: 'Partial' as const, fields: { providerOrderId: 'F-1' }, deliveries };
  const write = (part: StatusChange, at: PlatformStatus) =>
    platform.writeStatus({ orderId, change: part, platform: at }, issuePermit('writeStatus', signal));
  let shown: PlatformStatus = before;
  await expect(write(change, shown)).rejects.toMatchObject({ errorClass: 'permanent', code: 'InvalidInput' });
  for (const part of divide(change)) shown = await write(part, shown);
  expect(shown.parts?.deliveries.map(({ key }) => key)).toEqual(deliveries.map(({ key }) => key));
  expect(shown).toMatchObject({ shipmentState: 'Partial' });
});
