import type { KafkaView } from '@pipeline/sandbox';
import { deadLetterTopics, topics } from '@pipeline/schemas';
import type { Codec } from '@pipeline/streams/avro';
import type { History } from '../checker/history.ts';
import { dumpTopics, type KeepRecord } from './dump.ts';
import type { Member } from './member.ts';
import type { Noted } from './notes.ts';
import type { Orders } from './orders.ts';
import type { Relay } from './relay.ts';
import { GRACE_MS } from './settings.ts';
import { readShipmentStates } from './shop.ts';
import type { Vendors } from './vendors.ts';

export interface Concluding extends Pick<Orders, 'placed'> {
  readonly members: readonly Member[];
  readonly vendors: Vendors;
  readonly relay: Relay;
  readonly kafka: KafkaView;
  readonly codec: Codec;
  readonly keep: KeepRecord | undefined;
  readonly noted: Noted;
  /** Ids of notifications of nobody's order. */
  readonly foreignEvents: readonly string[];
}

const dumped = [...Object.values(topics), ...Object.values(deadLetterTopics)];

/** Stops what still runs, and tells all that is known. */
export async function conclude(world: Concluding): Promise<History> {
  const { members, vendors, relay, kafka, codec, noted } = world;
  const { commercetools, fulfillmenttools, addresses } = vendors;
  const ends = await Promise.all(
    members.map(async (member) => ({ member: member.clientId, told: member.running, end: await member.stop() })),
  );
  return {
    orders: world.placed,
    deliveries: relay.deliveries,
    records: await dumpTopics(kafka, codec, dumped, world.keep),
    commerceOrders: await commercetools.orders(),
    shipmentStates: await readShipmentStates(`http://${addresses.commercetools}`),
    foreignEvents: world.foreignEvents,
    providerOrders: await fulfillmenttools.orders(),
    requests: {
      commercetools: await vendors.requests('commercetools'),
      fulfillmenttools: await vendors.requests('fulfillmenttools'),
    },
    services: [...new Set(members.map(({ name }) => name))],
    stopped: ends
      .filter(({ told, end }) => told || end.stopMs !== null)
      .map(({ member, end: { code, stopMs } }) => ({ member, code, stopMs, graceMs: GRACE_MS })),
    ...noted,
  };
}
