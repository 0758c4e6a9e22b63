import { replayTopics, topics, type OrderLink } from '@pipeline/schemas';
import { expect, it } from 'vitest';
import { testPrefix, withTopics } from '../../../../sandbox/src/testing/index.ts';
import { createCodec } from './codec.ts';
import { frame } from './fakeRegistry.ts';

const links = topics.fulfillmentLinks;
const used = [links, topics.commerceOrders, replayTopics.commerceOrders, topics.commercetoolsNotifications];
const link: OrderLink = {
  orderId: 'order-1',
  projectKey: null,
  provider: 'fulfillmenttools',
  instance: 'default',
  processId: 'process-1',
  tenantOrderId: 'ORD-1 / 2',
  providerOrderId: null,
  linkedAt: 1_700_000_000_000,
};

it('finds the ids of the registered schemas, and reads back what it wrote', async () => {
  await withTopics({ topics: used, partitions: 1 }, async ({ registryUrl, prefix }) => {
    const codec = createCodec({ registryUrl, prefix, topics: used, strict: true });
    await codec.warm();
    const bytes = codec.encode(links, link);
    expect(bytes).toBeInstanceOf(Buffer);
    expect(await codec.decode(links, bytes as Buffer)).toEqual(link);
    expect(codec.decode(links, bytes as Buffer)).toEqual(link);
  });
});

it('blames the record for an id that the registry does not have', async () => {
  await withTopics({ topics: [links], partitions: 1 }, async ({ registryUrl, prefix }) => {
    const codec = createCodec({ registryUrl, prefix, topics: [links] });
    await expect(async () => codec.decode(links, frame(2 ** 31 - 1, Buffer.alloc(9)))).rejects.toMatchObject({
      errorClass: 'permanent',
      stage: 'deserialize',
      code: 'unknown-schema-id',
    });
  });
});

it('blames nobody but the setup for a subject that is not registered', async () => {
  await withTopics({ topics: [links], partitions: 1 }, async ({ registryUrl }) => {
    const codec = createCodec({ registryUrl, prefix: testPrefix(), topics: [links] });
    await expect(codec.warm()).rejects.toMatchObject({ errorClass: 'transient', code: 'schema-not-registered' });
  });
});
