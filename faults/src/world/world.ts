import { createTopics, registerSchemas, type SetUpOptions, tearDown } from '@pipeline/cli';
import { type Broker, createSecrets, type KafkaView, type Secrets } from '@pipeline/sandbox';
import { allTopics } from '@pipeline/schemas';
import { type Codec, createCodec } from '@pipeline/streams/avro';
import type { History } from '../checker/history.ts';
import { createKafkaView, runStops, type Stop } from '../sandboxParts.ts';
import { conclude } from './conclude.ts';
import { createGroups, type Groups } from './groups.ts';
import { createMembers, type Members } from './members.ts';
import { createNotes, type Notes } from './notes.ts';
import { type Notification, notify } from './notify.ts';
import type { WorldOptions } from './options.ts';
import { createOrders, type Orders } from './orders.ts';
import { createRandom, type Random } from './random.ts';
import { createRelay, type Relay } from './relay.ts';
import { until } from './until.ts';
import { startVendors, type Vendors } from './vendors.ts';

/** Everything that one row runs in, shared with no other row but for the broker. */
export interface World extends Vendors, Orders, Members, Groups, Notes {
  readonly random: Random;
  readonly kafka: KafkaView;
  readonly codec: Codec;
  readonly relay: Relay;
  /** That the ingest services want to see. */
  readonly secrets: Secrets;
  /** The broker and the registry, past every line, and the names there. */
  readonly target: SetUpOptions;
  /** Of a broker that is the run's own. */
  readonly restartBroker: Broker['restart'];
  /** Before all names of topics and groups. */
  readonly prefix: string;
  /** Of every topic. */
  readonly partitions: number;
  readonly log: (line: string) => void;
  /**
   * fulfillmenttools posts this notification, as the row made it. `foreign`: it is of nobody's order, nothing is to come
   * of it. Resolves with the status.
   */
  notify(notification: Notification, options?: { readonly foreign?: boolean }): Promise<number>;
  /** Looks until `holds` says so. Rejects with what it waited for. */
  until(what: string, holds: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>;
  /** Until every order that was placed is at the provider and the group of the routers has committed all. */
  untilPlaced(withinMs?: number): Promise<void>;
  /** Orders at the provider. */
  providerOrders(): Promise<number>;
  /** Requests that created or changed something, at either vendor, ever. */
  effects(): Promise<{ readonly posts: number; readonly updates: number }>;
  /** Stops what still runs, and tells all that is known. */
  conclude(): Promise<History>;
  /** Ends everything at once; topics and groups are deleted afterwards by `tidy`. */
  close(): Promise<void>;
  tidy(): Promise<void>;
}

const PARTITIONS = 6;

export async function createWorld(options: WorldOptions): Promise<World> {
  const { broker, run, log, partitions = PARTITIONS } = options;
  const prefix = `faults-${run}.`;
  const target = { ...broker, prefix, partitions, log: () => undefined };
  const stops: Stop[] = [];
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= runStops(stops, log));
  const tidy = (): Promise<void> => tearDown(target);
  try {
    await createTopics(target);
    await registerSchemas(target);
    const vendors = await startVendors(options.fulfillmenttools ?? {}, stops);
    const relay = await createRelay(options.keep?.body);
    stops.push(() => relay.close());
    const kafka = await createKafkaView(broker, prefix);
    stops.push(() => kafka.close());
    const codec = createCodec({ ...broker, prefix, topics: allTopics });
    const parts = { options, prefix, partitions, vendors, relay, kafka, codec, stops, target };
    return { ...buildWorld(parts), close, tidy };
  } catch (error) {
    await close();
    await tidy();
    throw error;
  }
}

interface Parts extends Pick<World, 'prefix' | 'partitions' | 'relay' | 'kafka' | 'codec' | 'target'> {
  readonly options: WorldOptions;
  readonly vendors: Vendors;
  readonly stops: Stop[];
}

function buildWorld(parts: Parts): Omit<World, 'close' | 'tidy'> {
  const { options, prefix, partitions, vendors, relay, kafka, codec, target } = parts;
  const { broker, run, seed, log } = options;
  const { commercetools, fulfillmenttools } = vendors;
  const secrets = createSecrets();
  const orders = createOrders(vendors, run);
  const members = createMembers({ ...parts, secrets });
  const groups = createGroups({ broker, prefix, kafka });
  const { noted, ...notes } = createNotes();
  const foreignEvents: string[] = [];
  return {
    ...vendors,
    ...orders,
    ...members,
    ...groups,
    ...notes,
    random: createRandom(seed),
    restartBroker: broker.restart,
    kafka,
    codec,
    relay,
    secrets,
    target,
    prefix,
    partitions,
    log,
    notify(notification, { foreign = false } = {}) {
      if (foreign) foreignEvents.push(notification.eventId);
      return notify(relay.urlOf('fulfillmenttools'), secrets.fulfillmenttools, notification);
    },
    until,
    async untilPlaced(withinMs) {
      const wanted = orders.placed.filter(({ expected }) => expected === 'once').map(({ id }) => id);
      await until(
        `${wanted.length} orders are at fulfillmenttools`,
        async () => {
          const found = new Set((await fulfillmenttools.orders()).map((order) => order.commercetoolsOrderId));
          return wanted.every((id) => found.has(id));
        },
        withinMs,
      );
      const within = withinMs === undefined ? {} : { withinMs };
      await groups.untilRead('ingest-ct', within);
      await groups.untilRead('order-router', within);
    },
    providerOrders: async () => (await fulfillmenttools.orders()).length,
    effects: async () => ({ posts: await fulfillmenttools.effects(), updates: await commercetools.effects() }),
    conclude: () =>
      conclude({
        ...{ vendors, relay, kafka, codec, keep: options.keep?.record },
        ...{ members: members.members, placed: orders.placed, noted, foreignEvents },
      }),
  };
}
