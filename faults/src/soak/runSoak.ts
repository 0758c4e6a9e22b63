import { setTimeout as sleep } from 'node:timers/promises';
import { type Broker, serviceNames } from '@pipeline/sandbox';
import { type History, type Violation } from '../checker/history.ts';
import { describeViolation } from '../report.ts';
import {
  cancelsAfter,
  countOpen,
  createIdleCheck,
  createShopCancels,
  lookAtOrders,
  lookClosely,
  mappedEvents,
  readDeadLetters,
} from '../sandboxParts.ts';
import type { Member } from '../world/member.ts';
import { createWorld, type World } from '../world/world.ts';
import { type Crash, type Crew, createCrew } from './crew.ts';
import { planStrikes } from './nemesis.ts';
import { slimBody, slimRecord } from './slim.ts';
import { strikeAll, type Struck, type Tally } from './strike.ts';
import {
  countFigures,
  describeOrder,
  type EndedOrder,
  type Figures,
  findIdleness,
  findViolations,
  isClean,
} from './verdict.ts';

export interface SoakOptions {
  readonly orders: number;
  readonly seed: number;
  /** How long orders arrive and things go wrong. */
  readonly durationMs: number;
  /** Longest pause between two strikes. */
  readonly everyMs: number;
  /** How long it may take afterwards until every order has ended, and again until the replay is over. */
  readonly calmMs: number;
  readonly broker: Omit<Broker, 'kind' | 'stop'>;
  /** Directory for the logs of the members. */
  readonly logs: string;
  readonly log: (line: string) => void;
  readonly signal?: AbortSignal | undefined;
}

export interface SoakResult extends Figures {
  readonly seed: number;
  readonly kills: number;
  readonly strikes: Tally;
  readonly starts: number;
  readonly crashes: readonly Crash[];
  /** Members that were told to stop while the broker was away, and ended in time with 1 as they could not commit. */
  readonly unfinished: readonly string[];
  /** What the orders show besides state and fields, and was compared. */
  readonly compared: Readonly<Record<'deliveries' | 'parcels' | 'returns', number>>;
  readonly deadLetters: number;
  readonly replay: { readonly posts: number; readonly updates: number } | null;
  /** From the last fault until every order had ended; null: they did not in time. */
  readonly calmSeconds: number | null;
  readonly seconds: number;
  readonly found: readonly Violation[];
  /** The first orders that have not ended or are not as they must be, with where they stand. */
  readonly stuck: readonly string[];
  /** What it did too little of to prove anything; null: it did enough. */
  readonly problem: string | null;
  readonly clean: boolean;
}

/** Waiting times that hold for these vendors: a request takes effect within four seconds or not at all. */
const settings = {
  START_WINDOW_MS: '2000',
  REQUEST_TIMEOUT_MS: '5000',
  SERVER_LIMIT_MS: '8000',
  INDEX_LAG_MS: '1000',
  RETRY_BASE_MS: '100',
  RETRY_CAP_MS: '2000',
  CORRELATION_WAIT_MS: '3000',
  PLACEMENT_WAIT_MS: '3000',
  SHUTDOWN_GRACE_MS: '20000',
  // Far above what the shop brings: the last sweep would go on for minutes after everything else has ended.
  CATCH_UP_MAX_RATE: '200',
};
const GRACE_MS = Number(settings.SHUTDOWN_GRACE_MS) + 5_000;
const LOOK_MS = 3_000;
const SHOWN = 10;
const FOUND = 100;

/** A soak in a world of its own. Nothing runs any more when it resolves; topics and groups are gone too. */
export async function runSoak(options: SoakOptions): Promise<SoakResult> {
  const { seed, broker, logs, log } = options;
  const world = await createWorld({
    ...{ broker, run: `soak-${Date.now().toString(36)}`, seed, logs, log, settings },
    events: mappedEvents,
    keep: { body: slimBody, record: slimRecord },
    fulfillmenttools: {
      ...{ seed, lives: 'random', inheritTenantOrderId: false, tracking: true, reEmissions: 0.1 },
      ...{ duplicates: 0.1, shuffle: true, latencyMs: 20, indexLagMs: 500, conflicts: 0.05, stepMs: 400 },
    },
  });
  try {
    return await soak(world, options);
  } finally {
    await world.close();
    // The broker of a soak ends with it; and what the run itself ended with must not be hidden.
    await world.tidy().catch((error: Error) => log(error.message));
  }
}

async function soak(world: World, options: SoakOptions): Promise<SoakResult> {
  const { orders, seed, durationMs, everyMs, calmMs, broker, log, signal } = options;
  const beganAt = performance.now();
  const clock = (line: string) => log(`[${Math.round((performance.now() - beganAt) / 1_000)} s] ${line}`);
  const crew = await createCrew(world);
  await world.commercetools.deliver({ duplicates: 0.1, shuffle: true });
  const shop = createShopCancels(world.commercetools, seed);
  const strikes = planStrikes({ seed, durationMs, everyMs, brokerRestarts: broker.restart !== undefined });
  clock(`${orders} orders and ${strikes.length} strikes within ${durationMs / 1_000} s`);
  const placing = world.place(orders, {
    perSecond: (orders * 1_000) / durationMs,
    expected: (orderNumber) => (cancelsAfter(seed, orderNumber) === undefined ? 'once' : 'at-most-once'),
    onPlaced: ({ id, orderNumber }) => shop.onPlaced({ id, orderNumber, collect: false }),
  });
  const [struck] = await Promise.all([strikeAll({ world, crew, broker, log: clock }, strikes), placing]);
  signal?.throwIfAborted();
  clock(`calm; ${JSON.stringify(struck.tally)}`);
  const calmAt = performance.now();
  const ended = await untilEnded({ world, crew, pending: () => shop.pending, clock }, calmMs);
  const calmSeconds = ended ? Math.round((performance.now() - calmAt) / 1_000) : null;
  clock(ended ? 'every order has ended' : `not every order has ended within ${calmMs / 1_000} s`);
  await crew.dismiss();
  const replay = ended ? await replayAll(world, calmMs, clock) : null;
  clock('judging');
  return judge(world, { crew, ...struck, replay, calmSeconds, beganAt, durationMs, seed });
}

interface Calm {
  readonly world: World;
  readonly crew: Crew;
  readonly pending: () => number;
  readonly clock: (line: string) => void;
}

/** As the harsh sandbox: all lives have ended, all is delivered, nobody has anything left to do. */
async function untilEnded({ world, crew, pending, clock }: Calm, withinMs: number): Promise<boolean> {
  const deadline = performance.now() + withinMs;
  const pipeline = { kafka: world.kafka, opsUrls: () => crew.running().map(({ opsUrl }) => opsUrl) };
  const isIdle = createIdleCheck(pipeline, world.prefix);
  let said = '';
  while (performance.now() < deadline) {
    try {
      const { open, waiting } = await lookAround(world, pending());
      const line = `${open} orders not ended, ${waiting} notifications not delivered, ${await countOpen(pipeline, world.prefix)} messages not done`;
      if (line !== said) clock(line);
      said = line;
      if (open === 0 && waiting === 0 && (await isIdle())) {
        await crew.untilReady(1_000);
        return true;
      }
    } catch (error) {
      clock(`not yet: ${(error as Error).message}`);
    }
    await sleep(LOOK_MS);
  }
  return false;
}

async function lookAround(world: World, cancels: number) {
  const ended = await lookAtEnds(world);
  const counts = [await world.commercetools.deliveries(), await world.fulfillmenttools.deliveries()];
  const waiting = counts.reduce((sum, { pending }) => sum + pending, 0);
  return { open: world.placed.length - ended.filter((order) => order.ended).length + cancels, waiting };
}

async function lookAtEnds(world: World): Promise<EndedOrder[]> {
  const { orders } = await lookAtOrders(world, new Set(world.placed.map(({ id }) => id)));
  return orders.map(({ order, life, ended, differs }) => ({ id: order.id, life, ended, differs }));
}

/** As they stand at last: also their deliveries, parcels and returns. */
async function lookAtAll(world: World) {
  const { orders } = await lookAtOrders(world, new Set(world.placed.map(({ id }) => id)));
  const { commercetools, fulfillmenttools } = world.addresses;
  const addresses = { commercetoolsUrl: `http://${commercetools}`, fulfillmenttoolsUrl: `http://${fulfillmenttools}` };
  const looked = await lookClosely({ addresses }, orders);
  const names = looked.flatMap(({ parts }) => parts);
  const count = (kind: string) => names.filter((name) => name.startsWith(kind)).length;
  return {
    ended: looked.map(({ order, life, ended, differs }): EndedOrder => ({ id: order.id, life, ended, differs })),
    compared: { deliveries: count('delivery '), parcels: count('parcel '), returns: count('return ') },
  };
}

/** Cancelled by the shop, neither cancelled at the provider nor refused by it. */
async function findLivingOn({ commercetools, fulfillmenttools }: World): Promise<readonly string[]> {
  const cancelled = (await commercetools.orders()).filter(({ orderState }) => orderState === 'Cancelled');
  const ids = new Set(cancelled.map(({ id }) => id));
  const living = (await fulfillmenttools.orders()).filter(
    ({ commercetoolsOrderId: id, status }) => ids.has(id ?? '') && !['CANCELLED', 'OBSOLETE'].includes(status),
  );
  const found: string[] = [];
  for (const order of living)
    if (!(await fulfillmenttools.wasRefused(order))) found.push(order.commercetoolsOrderId ?? order.id);
  return found;
}

/** Everything is read again by new groups. */
async function replayAll(world: World, withinMs: number, clock: (line: string) => void) {
  clock('reading all again');
  const before = await world.effects();
  const groupPrefix = `${world.prefix}again-`;
  const members = await Promise.all(serviceNames.map((name) => world.start(name, { groupPrefix })));
  const isIdle = createIdleCheck(
    { kafka: world.kafka, opsUrls: () => members.map(({ opsUrl }) => opsUrl) },
    groupPrefix,
  );
  await world.until(
    'the replay is over',
    async () => {
      await sleep(1_000);
      return isIdle().catch(() => false);
    },
    withinMs,
  );
  const after = await world.effects();
  const replay = { posts: after.posts - before.posts, updates: after.updates - before.updates };
  world.replayed({ what: 'all topics', ...replay });
  return replay;
}

interface Course extends Struck {
  readonly crew: Crew;
  readonly replay: SoakResult['replay'];
  readonly calmSeconds: number | null;
  readonly beganAt: number;
  readonly durationMs: number;
  readonly seed: number;
}

async function judge(
  world: World,
  { crew, tally, unfinishable, cutShort, replay, calmSeconds, beganAt, durationMs, seed }: Course,
): Promise<SoakResult> {
  const { ended, compared } = await lookAtAll(world);
  const letters = await readDeadLetters(world.kafka);
  world.claim('I1', 'orders that live on although the shop has cancelled them', [], await findLivingOn(world));
  world.claim('I5', 'dead letters', [], letters.slice(0, SHOWN));
  world.claim('I4', 'every order has ended and everybody is ready in time', true, calmSeconds !== null);
  const concluded = await world.conclude();
  // Without a broker nobody can finish: it says so by its exit code. Whoever had not begun is ended by the signal itself,
  // and who was killed meanwhile by that one. In time all the same.
  const unbegun = await findUnbegun(world.members);
  const unfinished = concluded.stopped.filter(({ member, code }) =>
    code === null ? unbegun.has(member) || cutShort.has(member) : code === 1 && unfinishable.has(member),
  );
  const history: History = {
    ...concluded,
    requests: { commercetools: [], fulfillmenttools: [] },
    stopped: concluded.stopped.map((stopped) => ({
      ...stopped,
      code: unfinished.includes(stopped) ? 0 : stopped.code,
      graceMs: GRACE_MS,
    })),
  };
  const violations = findViolations(history, ended);
  const kills = (tally['kill'] ?? 0) + (tally['failpoint'] ?? 0);
  const problem = findIdleness(durationMs, { kills, deliveries: compared.deliveries });
  const stuck = ended.filter((order) => !order.ended || order.differs !== undefined).slice(0, SHOWN);
  return {
    ...countFigures(history, ended, violations),
    kills,
    seed,
    strikes: tally,
    starts: crew.starts,
    crashes: crew.crashes,
    unfinished: unfinished.map(({ member }) => member),
    compared,
    deadLetters: letters.length,
    replay,
    calmSeconds,
    seconds: Math.round((performance.now() - beganAt) / 1_000),
    found: violations.slice(0, FOUND),
    stuck: stuck.map(({ id, life }) => `${id}, life ${life ?? 'none'}: ${describeOrder(history, id)}`),
    problem,
    clean: isClean(violations, problem),
  };
}

/** For people. */
export const describeSoak = ({ found, stuck, crashes, ...result }: SoakResult): string[] => [
  ...(result.problem === null ? [] : [result.problem]),
  ...found.slice(0, 20).map(describeViolation),
  ...stuck,
  ...crashes.map((crash) => `ended by itself: ${JSON.stringify(crash)}`),
  JSON.stringify(result),
];

/** Client ids of members that have said nothing: they ended before their modules were loaded. */
async function findUnbegun(members: readonly Member[]): Promise<ReadonlySet<string>> {
  const began = await Promise.all(members.map(async (member) => (await member.logged('starting')) > 0));
  return new Set(members.filter((_, index) => !began[index]).map(({ clientId }) => clientId));
}
