import { deadLetterTopics, topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';

export const poison = defineRow({
  row: 51,
  title:
    'bytes that are no Avro, cut or with a wrong magic byte → a dead letter with the bytes, at the first try; others pass',
  level: 'process',
  invariants: ['I5'],
  ci: { orders: 20, times: 12 },
  full: { orders: 1_000, times: 200 },
  atLeast: { orders: 20, poisoned: 12 },
  async run(world, { orders, times }) {
    await Promise.all([world.start('order-router'), world.start('ingest-ct')]);
    await world.place(orders / 2);
    await world.untilPlaced();
    const { name } = topics.commerceOrders;
    const sound = (await world.kafka.messages(name)).flatMap(({ value }) => value ?? []);
    const spoilt = Array.from({ length: times }, (_, index) => {
      const bytes = Buffer.from(sound[index % sound.length] ?? Buffer.alloc(0));
      const value = index % 2 === 0 ? bytes.subarray(0, 5 + world.random.between(0, 40)) : bytes.fill(7, 0, 1);
      return { partition: index % 6, key: `poison-${index}`, value };
    });
    await world.kafka.produce(name, spoilt);
    await world.place(orders / 2);
    await world.untilPlaced();
    const letters = await world.kafka.messages(deadLetterTopics['order-router'].name);
    const attempts = new Set(letters.map(({ headers }) => headers['dlq.attempts']));
    world.claim('I5', 'dead letters', spoilt.length, letters.length);
    world.claim('I5', 'attempts at each', ['1'], [...attempts]);
    const unchanged = spoilt.filter(({ key, value }) =>
      letters.some((letter) => letter.key === key && letter.value?.equals(value)),
    );
    world.claim('I5', 'dead letters with the bytes as they came', spoilt.length, unchanged.length);
    return { poisoned: letters.length };
  },
});
