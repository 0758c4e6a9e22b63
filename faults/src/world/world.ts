import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createTopics, registerSchemas, tearDown, withAdmin } from '@pipeline/cli';
import {
  aDemoOrder,
  type Broker,
  createSecrets,
  type KafkaView,
  serviceEnvironment,
  type ServiceName,
  simulatorCredentials,
} from '@pipeline/sandbox';
import { allTopics, deadLetterTopics, topics } from '@pipeline/schemas';
import type { SimulatorOptions } from '@pipeline/simulator-fulfillmenttools';
import { type Codec, createCodec } from '@pipeline/streams/avro';
import type { Claim, History, Invariant, PlacedOrder, QuietTime, Replayed } from '../checker/history.ts';
import { createKafkaView, freePorts, runStops, type Stop } from '../sandboxParts.ts';
import { dumpTopics, type KeepRecord } from './dump.ts';
import { leaveGroup } from './leaveGroup.ts';
import { commitOffsets } from './commitOffsets.ts';
import { createLine, type Line } from './line.ts';
import { type Member, type Lines, startMember } from './member.ts';
import { createRandom, type Random } from './random.ts';
import { notify } from './notify.ts';
import { createRelay, type KeepBody, type Relay, type Vendor } from './relay.ts';
import { readOrder, readShipmentStates, type ShopOrder } from './shop.ts';
import { startVendors, type Vendors } from './vendors.ts';

/** Everything that one row runs in, shared with no other row but for the broker. */
export interface World extends Vendors {
  readonly random: Random;
  readonly kafka: KafkaView;
  readonly codec: Codec;
  readonly relay: Relay;
  /** Of a broker that is the run's own. */
  readonly restartBroker: Broker['restart'];
  /** Before all names of topics and groups. */
  readonly prefix: string;
  /** Of every topic. */
  readonly partitions: number;
  readonly placed: readonly PlacedOrder[];
  readonly members: readonly Member[];
  readonly log: (line: string) => void;
  /** Starts a process of a service; resolves when it is ready. */
  start(name: ServiceName, options?: StartMember): Promise<Member>;
  /** Places demo orders in the shop, some Confirmed from the start and some confirmed afterwards. */
  place(count: number, options?: Placing): Promise<readonly PlacedOrder[]>;
  /** The shop changes an order, with the API client that it shares with the pipeline. */
  change(orderId: string, actions: readonly object[]): Promise<void>;
  /**
   * fulfillmenttools posts this notification, as the row made it. `foreign`: it is of nobody's order, nothing is to come
   * of it. Resolves with the status.
   */
  notify(notification: Notification, options?: { readonly foreign?: boolean }): Promise<number>;
  /**
   * A group without members is to go on in the middle of each partition of what its service reads; the status-writer
   * with the ledger from its beginning.
   */
  rewindToMiddle(name: ServiceName, options?: { readonly groupPrefix?: string }): Promise<void>;
  /** An order as the shop reads it. */
  readOrder(orderId: string): Promise<ShopOrder>;
  /** Deletes all that a topic holds now. */
  empty(topic: { readonly name: string }): Promise<void>;
  /** Looks until `holds` says so. Rejects with what it waited for. */
  until(what: string, holds: () => boolean | Promise<boolean>, withinMs?: number): Promise<void>;
  /** Until every order that was placed is at the provider and the group of the routers has committed all. */
  untilPlaced(withinMs?: number): Promise<void>;
  /** Until a group has finished everything in the topics that its service reads. */
  untilRead(name: ServiceName, options?: { readonly groupPrefix?: string; readonly withinMs?: number }): Promise<void>;
  /** Orders at the provider. */
  providerOrders(): Promise<number>;
  /** Members of the group that the broker knows. */
  groupSize(name: ServiceName): Promise<number>;
  /** Requests that created or changed something, at either vendor, ever. */
  effects(): Promise<{ readonly posts: number; readonly updates: number }>;
  /** The broker forgets a member that was killed, as after its session timeout. */
  forget(member: Member): Promise<void>;
  /** Whether something holds that only the row can see; a violation when not. */
  claim(invariant: Invariant, what: string, expected: unknown, found: unknown): void;
  /** From now on for `ms` the vendor is to be left alone. */
  quiet(time: Omit<QuietTime, 'fromMs' | 'toMs'>, ms: number): void;
  replayed(replay: Replayed): void;
  /** Stops what still runs, and tells all that is known. */
  conclude(): Promise<History>;
  /** Ends everything at once; topics and groups are deleted afterwards by `tidy`. */
  close(): Promise<void>;
  tidy(): Promise<void>;
}

export interface StartMember {
  /** As the variable FAILPOINT. */
  readonly failpoint?: string;
  readonly settings?: Readonly<Record<string, string>>;
  /** Another deployment, with a group of its own. (Default: the world's prefix) */
  readonly groupPrefix?: string;
  readonly nodeFlags?: readonly string[];
  /** Resolves at once. (Default: true) */
  readonly waits?: boolean;
  /** Of ingest-fft: fulfillmenttools sends it what happens there, and not only what the row posts. (Default: true) */
  readonly subscribes?: boolean;
}

export interface Notification {
  readonly event: string;
  readonly eventId: string;
  readonly payload: object;
}

export interface Placing {
  /** (Default: 200) */
  readonly perSecond?: number;
  /** (Default: once) */
  readonly expected?: PlacedOrder['expected'] | ((orderNumber: string) => PlacedOrder['expected']);
  /** Told of each as soon as it is there. */
  readonly onPlaced?: (order: PlacedOrder) => void;
  /** Members of the order that differ. */
  readonly change?: (index: number) => Readonly<Record<string, unknown>>;
  /** The fields that their custom Type has. (Default: all of ours) */
  readonly fields?: readonly string[];
  /** All are Confirmed from the start. (Default: every other pair) */
  readonly confirmedAtOnce?: boolean;
}

export interface WorldOptions {
  readonly broker: Omit<Broker, 'kind' | 'stop'>;
  /** Distinguishes runs: in names of topics and numbers of orders. */
  readonly run: string;
  readonly seed: number;
  /** Directory for the logs of the members. */
  readonly logs: string;
  readonly log: (line: string) => void;
  readonly settings?: Readonly<Record<string, string>>;
  readonly fulfillmenttools?: SimulatorOptions;
  /** What ingest-fft subscribes to. (Default: what the first release knew) */
  readonly events?: readonly string[];
  /** What is kept of deliveries and records, for runs with more than memory. (Default: all) */
  readonly keep?: { readonly body: KeepBody; readonly record: KeepRecord };
  /** (Default: 6) */
  readonly partitions?: number;
}

/**
 * Waiting times of the services: an outcome in doubt is settled after two seconds (start window + request timeout +
 * server limit) instead of two minutes, as the simulators answer in milliseconds.
 */
const scaled = {
  START_WINDOW_MS: '500',
  REQUEST_TIMEOUT_MS: '1000',
  SERVER_LIMIT_MS: '500',
  INDEX_LAG_MS: '300',
  RETRY_BASE_MS: '50',
  RETRY_CAP_MS: '500',
  SHUTDOWN_GRACE_MS: '10000',
};
const GRACE_MS = Number(scaled.SHUTDOWN_GRACE_MS);
const PARTITIONS = 6;
const WAIT_MS = 40_000;
/** Nobody waits for it. */
const PATIENCE_MS = 3_600_000;

const reads: Readonly<Record<ServiceName, readonly string[]>> = {
  'ingest-ct': [topics.commercetoolsNotifications.name],
  'order-router': [topics.commerceOrders.name],
  'ingest-fft': [topics.fulfillmenttoolsNotifications.name],
  'status-writer': [topics.fulfillmentEvents.name],
};
const dumped = [...Object.values(topics), ...Object.values(deadLetterTopics)];

export async function createWorld(options: WorldOptions): Promise<World> {
  const { broker, run, seed, log, partitions = PARTITIONS } = options;
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
    return buildWorld({
      options,
      prefix,
      vendors,
      relay,
      kafka,
      codec,
      random: createRandom(seed),
      stops,
      close,
      tidy,
    });
  } catch (error) {
    await close();
    await tidy();
    throw error;
  }
}

interface Parts {
  readonly options: WorldOptions;
  readonly prefix: string;
  readonly vendors: Vendors;
  readonly relay: Relay;
  readonly kafka: KafkaView;
  readonly codec: Codec;
  readonly random: Random;
  readonly stops: Stop[];
  readonly close: () => Promise<void>;
  readonly tidy: () => Promise<void>;
}

function buildWorld(parts: Parts): World {
  const { options, prefix, vendors, relay, kafka, codec, random, stops, close, tidy } = parts;
  const { broker, run, log, partitions = PARTITIONS } = options;
  const { commercetools, fulfillmenttools, addresses } = vendors;
  const [brokerAddress = ''] = broker.brokers;
  const secrets = createSecrets();
  const members: Member[] = [];
  const placed: PlacedOrder[] = [];
  const claims: Claim[] = [];
  const quietTimes: QuietTime[] = [];
  const replays: Replayed[] = [];
  const foreignEvents: string[] = [];
  const connected = new Set<ServiceName>();

  async function createLines(): Promise<Lines> {
    const line = async (address: string): Promise<Line> => {
      const created = await createLine(address);
      stops.push(() => created.close());
      return created;
    };
    return {
      broker: await line(brokerAddress),
      commercetools: await line(addresses.commercetools),
      fulfillmenttools: await line(addresses.fulfillmenttools),
    };
  }

  async function start(name: ServiceName, how: StartMember = {}): Promise<Member> {
    const { failpoint, settings = {}, groupPrefix = prefix, nodeFlags = [], waits = true, subscribes = true } = how;
    const [http = 0, ops = 0] = await freePorts(2);
    const lines = await createLines();
    const id = `${run}-${members.length + 1}`;
    const ports = { http, ops };
    const member = startMember({
      name,
      clientId: `${id}-${name}`,
      opsPort: ops,
      logFile: path.join(options.logs, `${run}-${name}-${members.length + 1}.log`),
      lines,
      redirects: {
        [brokerAddress]: lines.broker.address,
        [addresses.commercetools]: lines.commercetools.address,
        [addresses.fulfillmenttools]: lines.fulfillmenttools.address,
      },
      nodeFlags,
      env: serviceEnvironment(name, {
        addresses: {
          brokers: broker.brokers,
          registryUrl: broker.registryUrl,
          commercetoolsUrl: `http://${addresses.commercetools}`,
          fulfillmenttoolsUrl: `http://${addresses.fulfillmenttools}`,
          ports: { 'ingest-ct': ports, 'ingest-fft': ports, 'order-router': ports, 'status-writer': ports },
        },
        topicPrefix: prefix,
        groupPrefix,
        secrets,
        overrides: {
          ...scaled,
          KAFKA_CLIENT_ID: id,
          ...broker.settings,
          ...options.settings,
          ...settings,
          ...(failpoint === undefined ? {} : { FAILPOINT: failpoint }),
        },
      }),
    });
    members.push(member);
    stops.push(() => member.kill());
    const connect = async (): Promise<void> => {
      if (name === 'ingest-ct') await connectShop(member, http);
      if (name === 'ingest-fft') await connectProvider(member, http, subscribes);
    };
    if (waits) await member.untilReady().then(connect);
    else void member.untilReady(PATIENCE_MS).then(connect, () => undefined);
    return member;
  }

  /** Notifications go to the member as long as its process is there. */
  function route(vendor: Vendor, { ended }: Member, port: number): void {
    const url = `http://127.0.0.1:${port}/${vendor}`;
    relay.addTarget(vendor, url);
    void ended.then(() => relay.removeTarget(vendor, url));
  }

  async function connectShop(member: Member, port: number): Promise<void> {
    route('commercetools', member, port);
    if (connected.has('ingest-ct')) return;
    connected.add('ingest-ct');
    await commercetools.push(relay.urlOf('commercetools'), secrets.commercetools);
  }

  async function connectProvider(member: Member, port: number, subscribes: boolean): Promise<void> {
    route('fulfillmenttools', member, port);
    if (connected.has('ingest-fft') || !subscribes) return;
    connected.add('ingest-fft');
    await fulfillmenttools.subscribe(relay.urlOf('fulfillmenttools'), secrets.fulfillmenttools, options.events);
  }

  async function place(count: number, how: Placing = {}): Promise<readonly PlacedOrder[]> {
    const { perSecond = 200, expected = 'once', change = () => ({}), confirmedAtOnce = false, fields, onPlaced } = how;
    const startedAt = performance.now();
    const orders: PlacedOrder[] = [];
    for (let index = 0; index < count; index++) {
      await sleep(Math.max(0, startedAt + (index * 1_000) / perSecond - performance.now()));
      const { orderNumber, confirmLater, body } = aDemoOrder(placed.length, `F${run}`);
      const later = confirmLater && !confirmedAtOnce;
      const orderState = confirmedAtOnce ? { orderState: 'Confirmed' } : {};
      const created = await commercetools.createOrder({ ...body, ...orderState, ...change(index) });
      const order: PlacedOrder = {
        ...{ id: created.id, orderNumber, ...(fields ? { fields } : {}) },
        expected: typeof expected === 'function' ? expected(orderNumber) : expected,
      };
      placed.push(order);
      orders.push(order);
      onPlaced?.(order);
      if (later) await commercetools.confirm(created);
    }
    return orders;
  }

  async function until(what: string, holds: () => boolean | Promise<boolean>, withinMs = WAIT_MS): Promise<void> {
    const deadline = performance.now() + withinMs;
    while (!(await holds())) {
      if (performance.now() > deadline) throw new Error(`After ${withinMs / 1_000} s this is not so: ${what}`);
      await sleep(50);
    }
  }

  const untilRead: World['untilRead'] = (name, { groupPrefix = prefix, withinMs } = {}) =>
    until(
      `the group ${groupPrefix}${name} has read everything`,
      async () =>
        (await kafka.lag(`${groupPrefix}${name}`, reads[name])) +
          (await kafka.unread(`${groupPrefix}${name}`, reads[name])) ===
        0,
      withinMs,
    );

  async function conclude(): Promise<History> {
    const ends = await Promise.all(
      members.map(async (member) => ({ member: member.clientId, told: member.running, end: await member.stop() })),
    );
    return {
      orders: placed,
      deliveries: relay.deliveries,
      records: await dumpTopics(kafka, codec, dumped, options.keep?.record),
      commerceOrders: await commercetools.orders(),
      shipmentStates: await readShipmentStates(`http://${addresses.commercetools}`),
      foreignEvents,
      providerOrders: await fulfillmenttools.orders(),
      requests: {
        commercetools: await vendors.requests('commercetools'),
        fulfillmenttools: await vendors.requests('fulfillmenttools'),
      },
      services: [...new Set(members.map(({ name }) => name))],
      replays,
      stopped: ends
        .filter(({ told, end }) => told || end.stopMs !== null)
        .map(({ member, end: { code, stopMs } }) => ({ member, code, stopMs, graceMs: GRACE_MS })),
      quietTimes,
      claims,
    };
  }

  return {
    ...vendors,
    random,
    restartBroker: broker.restart,
    kafka,
    codec,
    relay,
    prefix,
    partitions,
    placed,
    members,
    log,
    start,
    place,
    async change(orderId, actions) {
      const { clientId } = simulatorCredentials.commercetools;
      await vendors.control('commercetools', `/orders/${orderId}/update`, { actions, actor: { clientId } });
    },
    notify(notification, { foreign = false } = {}) {
      if (foreign) foreignEvents.push(notification.eventId);
      return notify(relay.urlOf('fulfillmenttools'), secrets.fulfillmenttools, notification);
    },
    rewindToMiddle: (name, { groupPrefix = prefix } = {}) =>
      withAdmin(broker, async (admin) => {
        const offsets: Record<string, { partition: number; offset: bigint }[]> = {};
        const tables = name === 'status-writer' ? [topics.fulfillmentOrders.name] : [];
        for (const each of [...reads[name], ...tables])
          offsets[`${prefix}${each}`] = (await admin.fetchTopicOffsets(`${prefix}${each}`)).map((bounds) => {
            const [low, high] = [BigInt(bounds.low), BigInt(bounds.high)];
            return { partition: bounds.partition, offset: tables.includes(each) ? low : (low + high) / 2n };
          });
        await commitOffsets({ broker: brokerAddress, group: `${groupPrefix}${name}`, offsets });
      }),
    readOrder: (orderId) => readOrder(`http://${addresses.commercetools}`, orderId),
    empty: ({ name }) =>
      withAdmin(broker, async (admin) => {
        const topic = `${prefix}${name}`;
        const bounds = await admin.fetchTopicOffsets(topic);
        const full = bounds.filter(({ low, high }) => BigInt(high) > BigInt(low));
        const partitions = full.map(({ partition, high }) => ({ partition, offset: high }));
        await admin.deleteTopicRecords({ topic, partitions });
      }),
    until,
    untilRead,
    async untilPlaced(withinMs) {
      const wanted = placed.filter(({ expected }) => expected === 'once').map(({ id }) => id);
      await until(
        `${wanted.length} orders are at fulfillmenttools`,
        async () => {
          const found = new Set((await fulfillmenttools.orders()).map((order) => order.commercetoolsOrderId));
          return wanted.every((id) => found.has(id));
        },
        withinMs,
      );
      await untilRead('ingest-ct', { ...(withinMs === undefined ? {} : { withinMs }) });
      await untilRead('order-router', { ...(withinMs === undefined ? {} : { withinMs }) });
    },
    providerOrders: async () => (await fulfillmenttools.orders()).length,
    groupSize: (name) =>
      withAdmin(broker, async (admin) => {
        const { groups } = await admin.describeGroups([`${prefix}${name}`]);
        return groups.flatMap((group) => group.members).length;
      }),
    effects: async () => ({ posts: await fulfillmenttools.effects(), updates: await commercetools.effects() }),
    async forget({ name, clientId }) {
      const group = `${prefix}${name}`;
      await withAdmin(broker, (admin) => leaveGroup({ admin, broker: brokerAddress, group, clientId }));
    },
    claim(invariant, what, expected, found) {
      const [wanted, got] = [toText(expected), toText(found)];
      claims.push({ invariant, what, expected: wanted, found: got, holds: wanted === got });
    },
    quiet: (time, ms) => void quietTimes.push({ ...time, fromMs: Date.now(), toMs: Date.now() + ms }),
    replayed: (replay) => void replays.push(replay),
    conclude,
    close,
    tidy,
  };
}

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));
