import path from 'node:path';
import { readFlags, UsageError, whole } from './sandboxParts.ts';

export const commands = ['router', 'status', 'replay', 'restore', 'stores', 'ingest', 'backfill'] as const;
export const stateKinds = ['ledger', 'states'] as const;
export const arrivals = ['waiting', 'paced'] as const;
export type Command = (typeof commands)[number];

export interface BenchOptions {
  readonly command: Command;
  readonly orders: number;
  /** Only the JSON object on stdout, without the lines for people. */
  readonly json: boolean;
  /** CONCURRENCY of the service. */
  readonly concurrency: number;
  /** Milliseconds after which the stand-in of the vendor answers. */
  readonly latencyMs: number;
  /** Bytes of an encoded order event. */
  readonly orderBytes: number;
  /** Messages of one key among the orders; 0: no such key. */
  readonly hotKey: number;
  /** Orders that the vendor never answers. */
  readonly stuck: number;
  /** Runs of each kind where runs are compared. */
  readonly pairs: number;
  /** Ledger entries in one record batch of a partition, as the service's transactions leave them. */
  readonly batch: number;
  /** What the stores hold. */
  readonly of: (typeof stateKinds)[number];
  /** Do the events lie in their topic when the status-writer starts, or do they come while it runs? */
  readonly arrival: (typeof arrivals)[number];
  /** Deliveries per second, or as many as are acknowledged. */
  readonly rate: number | 'max';
  /** How long each part of an ingest run is measured. */
  readonly seconds: number;
  /** Connections of a run at the maximum, with one delivery in flight each. */
  readonly connections: number;
  /** How long the ingest service gets far too much; 0: not at all. */
  readonly overloadSeconds: number;
  /** Directory for CPU profiles of the service, absolute; undefined: none is taken. */
  readonly profile: string | undefined;
}

export const usage = `npm run bench -- <command> [flags]
  router                orders per second, beside the POST alone and a plain consumer loop
    --concurrency N     the router's CONCURRENCY (default 64)
    --latency MS        the vendor answers after so long (default 100)
    --order-bytes N     size of an encoded order (default 3000)
    --hot-key N         instead: how much later the other orders are when one key has N messages
    --stuck N           instead: orders per second while N orders are never answered
    --pairs N           with either: runs with and without, taken in turns (default 5)
    --profile DIR       take a CPU profile of the router into DIR and print what costs most
  status                events per second of the status-writer, and the calls that they cost
    --concurrency, --latency, --profile as with router
    --arrival KIND      waiting: all events are there when it starts; paced: they come as half its calls would (default waiting)
  replay                orders per second when every order is placed already
    --concurrency, --order-bytes, --profile as with router
  restore               time from the start of the router until its state is restored
    --concurrency, --profile as with router
    --batch N           ledger entries in one record batch (default 5, as the router's transactions leave them)
  stores                the ways to keep a state, without Kafka: time, memory and disk of each
    --of KIND           ledger or states (default ledger)
  ingest                deliveries per second that ingest-ct acknowledges, beside the same server without Kafka
    --rate max|N        as many as it takes (default), then half of that, then far too many; or N a second
    --seconds N         how long each of these is measured (default 30)
    --connections N     at the maximum, with one delivery in flight each (default 128)
    --order-bytes N     size of a delivery (default 15000)
    --overload-seconds N  how long 50 times the in-flight cap lasts (default 60; 0: not at all)
    --profile DIR       take a CPU profile of the service at the maximum, and leave out the rest
  backfill              how much later live orders are placed while so many others are backfilled
    --rate N            of the backfill, in a second, also as REPLAY_MAX_RATE (default 50)
    --seconds N         how long live orders alone are measured, before and after (default 30)
    --concurrency, --latency as with router
    --profile DIR       take a CPU profile of the router into DIR
  --orders N            orders, not of ingest (default: router 10000, status 5000, replay 100000, restore 1000000,
                        stores 1000000, backfill 20000)
  --json                only the JSON object on stdout (npm adds lines of its own, unless it is npm run --silent bench)
  --help                this text

The last line on stdout is one JSON object; progress goes to stderr. Kafka and the registry are those that
KAFKA_BROKERS and SCHEMA_REGISTRY_URL name, else they are started, as by \`npm start\`.`;

const defaultOrders: Readonly<Record<Command, number>> = {
  router: 10_000,
  status: 5_000,
  replay: 100_000,
  restore: 1_000_000,
  stores: 1_000_000,
  ingest: 100,
  backfill: 20_000,
};

/** Beside --json and --help, what each command looks at. */
const flagsOf: Readonly<Record<Command, readonly string[]>> = {
  router: ['orders', 'concurrency', 'latency', 'order-bytes', 'hot-key', 'stuck', 'pairs', 'profile'],
  status: ['orders', 'concurrency', 'latency', 'arrival', 'profile'],
  replay: ['orders', 'concurrency', 'order-bytes', 'profile'],
  restore: ['orders', 'concurrency', 'batch', 'profile'],
  stores: ['orders', 'of'],
  ingest: ['rate', 'seconds', 'connections', 'order-bytes', 'overload-seconds', 'profile'],
  backfill: ['orders', 'rate', 'seconds', 'concurrency', 'latency', 'profile'],
};

/** @throws UsageError that names the flag and what it must be. */
export function parseOptions(args: readonly string[]): BenchOptions | 'help' {
  const { values, positionals, tokens } = parse(args);
  if (values.help) return 'help';
  const [name = '', ...rest] = positionals;
  const command = commands.find((known) => known === name);
  if (command === undefined || rest.length > 0) {
    throw new UsageError(`One command is needed: ${commands.join(', ')}; got "${positionals.join(' ')}".`);
  }
  const foreign = tokens
    .flatMap((token) => (token.kind === 'option' ? [token.name] : []))
    .filter((flag) => flag !== 'json' && !flagsOf[command].includes(flag));
  if (foreign.length > 0) {
    const [own, other] = [flagsOf[command], foreign].map((flags) => flags.map((flag) => `--${flag}`).join(', '));
    throw new UsageError(`${command} has no ${other}; it has ${own}.`);
  }
  const hotKey = whole('--hot-key', values['hot-key'], 0, 100_000);
  const stuck = whole('--stuck', values.stuck, 0, 1_000);
  const of = stateKinds.find((kind) => kind === values.of);
  if (of === undefined) throw new UsageError(`--of is "${values.of}", but must be one of ${stateKinds.join(', ')}.`);
  const arrival = arrivals.find((kind) => kind === values.arrival);
  if (arrival === undefined)
    throw new UsageError(`--arrival is "${values.arrival}", but must be one of ${arrivals.join(', ')}.`);
  if (hotKey > 0 && stuck > 0) throw new UsageError('--hot-key and --stuck are measured one at a time.');
  return {
    command,
    orders: whole('--orders', values.orders ?? String(defaultOrders[command]), 100, 10_000_000),
    json: values.json,
    concurrency: whole('--concurrency', values.concurrency, 1, 1_024),
    latencyMs: whole('--latency', values.latency, 1, 60_000),
    orderBytes: whole(
      '--order-bytes',
      values['order-bytes'] ?? (command === 'ingest' ? '15000' : '3000'),
      1_000,
      500_000,
    ),
    hotKey,
    stuck,
    pairs: whole('--pairs', values.pairs, 1, 100),
    batch: whole('--batch', values.batch, 1, 1_000),
    of,
    arrival,
    rate: values.rate === 'max' ? 'max' : whole('--rate', values.rate, 1, 100_000),
    seconds: whole('--seconds', values.seconds, 3, 3_600),
    connections: whole('--connections', values.connections, 1, 10_000),
    overloadSeconds: whole('--overload-seconds', values['overload-seconds'], 0, 3_600),
    profile: values.profile === undefined ? undefined : path.resolve(values.profile),
  };
}

function parse(args: readonly string[]) {
  return readFlags({
    args: [...args],
    allowPositionals: true,
    tokens: true,
    options: {
      orders: { type: 'string' },
      json: { type: 'boolean', default: false },
      concurrency: { type: 'string', default: '64' },
      latency: { type: 'string', default: '100' },
      'order-bytes': { type: 'string' },
      rate: { type: 'string', default: 'max' },
      seconds: { type: 'string', default: '30' },
      connections: { type: 'string', default: '128' },
      'overload-seconds': { type: 'string', default: '60' },
      'hot-key': { type: 'string', default: '0' },
      stuck: { type: 'string', default: '0' },
      pairs: { type: 'string', default: '5' },
      batch: { type: 'string', default: '5' },
      of: { type: 'string', default: 'ledger' },
      arrival: { type: 'string', default: 'waiting' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
}
