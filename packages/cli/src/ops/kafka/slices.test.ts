import type { Kafka } from 'kafkajs';
import { expect, test } from 'vitest';
import { toSlices } from './slices.ts';

const offsets = [2, 0, 10, 1].map((partition) => ({ partition, offset: '7', low: '0', high: '7' }));
const admin = {
  connect: () => Promise.resolve(),
  disconnect: () => Promise.resolve(),
  fetchTopicOffsets: () => Promise.resolve(offsets),
};
const kafka = { admin: () => admin } as unknown as Kafka;

test('slices come by partition, in whatever order Kafka names them', async () => {
  const slices = await toSlices(kafka, [{ name: 'orders' }]);
  expect(slices.map(({ partition }) => partition)).toEqual([0, 1, 2, 10]);
});
