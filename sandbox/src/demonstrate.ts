import { serviceNames } from './environment.ts';
import type { StartFlags } from './options.ts';
import { curlAnOrder } from './orderByHand.ts';
import { createArrival, createLivesLived, type Goal } from './goal.ts';
import type { RunResult } from './outcome.ts';
import { type Placed, placeOrders } from './placeOrders.ts';
import { replayAll } from './replay.ts';
import { askAboutOrder, describeAddresses, describeOrder, describeProgress } from './report.ts';
import type { Sandbox } from './sandbox.ts';
import type { SimulatedOrder } from './simulatorApi.ts';
import { createTicker } from './ticker.ts';
import { followOrders } from './watchOrders.ts';

export interface Demonstration {
  readonly sandbox: Sandbox;
  readonly flags: StartFlags;
  /** With the time that has passed. */
  readonly log: (line: string) => void;
  readonly print: (line: string) => void;
  readonly told: AbortSignal;
  /** Begins every order number. */
  readonly run: string;
  /** What the user has asked for and did not get. */
  readonly warning: string | undefined;
}

const SUMMARY_MS = 3_000;

/**
 * Places orders and shows them moving; then stays up, or with `--once` says what became of them. Resolves with the exit
 * code.
 * @throws the reason of `told` when it aborts before all orders have arrived.
 */
export function demonstrate(demonstration: Demonstration): Promise<number> {
  const { sandbox, flags } = demonstration;
  return flags.harshSeed === undefined
    ? pursue(demonstration, createArrival(sandbox))
    : pursue(demonstration, createLivesLived(sandbox, flags.harshSeed));
}

async function pursue<Result extends RunResult>(demonstration: Demonstration, goal: Goal<Result>): Promise<number> {
  const { sandbox, flags, log, told, run } = demonstration;
  const { orders: count, perSecond, once, timeoutMs } = flags;
  log(`Placing ${count} orders`);
  const ids = new Set<string>();
  let deadline = Number.POSITIVE_INFINITY;
  let failure: { readonly error: unknown } | undefined;
  const onPlaced = (placed: Placed): void => {
    ids.add(placed.id);
    goal.onPlaced?.(placed);
  };
  const placing = placeOrders(sandbox, { count, perSecond, run, onPlaced, signal: told }).then(
    () => void (deadline = Date.now() + timeoutMs),
    (error: unknown) => void (failure = { error }),
  );
  const summary = createTicker(log, SUMMARY_MS);
  let settled = false;

  async function settle(orders: readonly SimulatedOrder[]): Promise<void> {
    settled = true;
    summary.end(describeProgress(orders, count));
    if (Date.now() >= deadline) log(`Not every order has arrived within ${timeoutMs / 1_000} s`);
    for (const line of await goal.describeMissing(orders, ids)) log(line);
    const one = orders.find(({ id }) => ids.has(id));
    if (!once) for (const line of describeStay(demonstration, one)) log(line);
  }

  await followOrders(sandbox, {
    onChange: (order) => log(describeOrder(order)),
    until: async (orders) => {
      if (settled) summary.tick(describeProgress(orders, 0));
      else if (failure !== undefined) return true;
      else if (Date.now() >= deadline || (ids.size === count && (await goal.isReached(orders, ids))))
        await settle(orders);
      else summary.tick(describeProgress(orders, count));
      return settled && once;
    },
    signal: told,
  });
  await placing;
  if (failure !== undefined) throw failure.error;
  if (settled && !once) return 0;
  told.throwIfAborted();
  return conclude(demonstration, goal, ids);
}

async function conclude<Result extends RunResult>(
  { sandbox, flags, log, print, told, warning }: Demonstration,
  goal: Goal<Result>,
  ids: ReadonlySet<string>,
): Promise<number> {
  let replay: RunResult['replay'];
  if (flags.replay) {
    log('Reading every topic again with new consumer groups');
    const groupPrefix = `${sandbox.topicPrefix}replay-`;
    replay = await replayAll(sandbox, { groupPrefix, timeoutMs: flags.timeoutMs, signal: told });
  }
  // After the replay: what it buried or made twice counts, too.
  const result = await goal.count(ids);
  const whole = replay ? { ...result, replay } : result;
  const wrong = goal.problems(whole, flags.orders);
  if (!flags.json) for (const line of goal.describeResult(whole, flags.orders)) print(line);
  if (wrong.length > 0) print(`Failed: ${wrong.join('; ')}`);
  if (warning !== undefined) print(`Warning: ${warning}`);
  if (flags.json) console.log(JSON.stringify(whole));
  return wrong.length === 0 ? 0 : 1;
}

function describeStay({ sandbox, warning }: Demonstration, order: SimulatedOrder | undefined): string[] {
  const gone = serviceNames.filter((name) => !sandbox.services[name].running);
  return [
    `${gone.length === 0 ? 'Everything' : `Everything but ${gone.join(', ')}`} is up until Ctrl-C:`,
    ...describeAddresses(sandbox),
    'Place another order, as often as you like; it is shown here:',
    `  ${curlAnOrder(sandbox.addresses.commercetoolsUrl)}`,
    ...(order
      ? ['Ask what the pipeline knows of an order:', `  ${askAboutOrder(sandbox, order.orderNumber ?? order.id)}`]
      : []),
    ...(warning === undefined ? [] : [`Warning: ${warning}`]),
  ];
}
