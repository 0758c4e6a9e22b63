import { type DeadLetter, readDeadLetters } from '../deadLetters.ts';
import { countOutcome, problemsOfAny, type RunResult } from '../outcome.ts';
import type { Sandbox } from '../sandbox.ts';
import type { Expectation, FulfillmenttoolsApi, SimulatedFftOrder, SimulatedOrder } from '../simulatorApi.ts';
import { compareOrder, type Differing } from './compare.ts';
import { countFaults } from './faults.ts';
import { lookClosely } from './lookClosely.ts';

/** `shipped` and `delivered` are what they are: many a life ends otherwise. */
export interface HarshResult extends RunResult {
  readonly seed: number;
  /** Orders whose life at fulfillmenttools has ended. */
  readonly ended: number;
  /** Orders that show what their life says, deliveries, parcels and returns included. */
  readonly asExpected: number;
  /** What the orders show besides state and fields, and was compared, by kind. */
  readonly compared: Readonly<Record<'deliveries' | 'parcels' | 'returns', number>>;
  /** Orders that do not; the first of them. */
  readonly differing: readonly Differing[];
  /** Orders that the shop has cancelled. */
  readonly cancelled: number;
  /** Those of them that were never at fulfillmenttools. */
  readonly neverPlaced: number;
  /** Those of them that live on at fulfillmenttools although no cancel was refused: none, hopefully. */
  readonly notCancelled: readonly string[];
  /** Orders by life. */
  readonly lives: Readonly<Record<string, number>>;
  readonly faults: Readonly<Record<string, number>>;
  /** What the dead letters are, each kind with the message of one. */
  readonly letters: readonly (Pick<DeadLetter, 'service' | 'code' | 'message'> & { readonly count: number })[];
}

const SHOWN = 20;

/** Counts what became of the orders at both vendors, and compares each with its life and what was done for it. */
export async function countHarshOutcome(
  sandbox: Sandbox,
  ids: ReadonlySet<string>,
  seed: number,
): Promise<HarshResult> {
  // Before our own reads, some of which go wrong, too.
  const faults = await countFaults(sandbox);
  const { orders, lives } = await lookAtOrders(sandbox, ids);
  const looked = await lookClosely(sandbox, orders);
  const differing = looked.flatMap(({ differs }) => differs ?? []);
  const count = (kind: string) => looked.flatMap(({ parts }) => parts).filter((name) => name.startsWith(kind)).length;
  const cancelled = orders.filter(({ order }) => isCancelled(order));
  const { fulfillmenttools } = sandbox;
  return {
    ...(await countOutcome(sandbox, ids)),
    seed,
    ended: orders.filter(({ ended }) => ended).length,
    asExpected: orders.length - differing.length,
    compared: { deliveries: count('delivery '), parcels: count('parcel '), returns: count('return ') },
    differing: differing.slice(0, SHOWN),
    cancelled: cancelled.length,
    neverPlaced: cancelled.filter(({ other }) => other === undefined).length,
    notCancelled: await findNotCancelled(fulfillmenttools, cancelled),
    lives,
    faults,
    letters: toKinds(await readDeadLetters(sandbox.kafka)),
  };
}

/** Each of these orders: has its life ended, and is it as that says? */
export async function lookAtOrders(
  { commercetools, fulfillmenttools }: Pick<Sandbox, 'commercetools' | 'fulfillmenttools'>,
  ids: ReadonlySet<string>,
) {
  const atProvider = new Map(
    (await fulfillmenttools.orders()).map((order) => [order.commercetoolsOrderId, order] as const),
  );
  const orders = (await commercetools.orders())
    .filter(({ id }) => ids.has(id))
    .map((order) => {
      const other = atProvider.get(order.id);
      // Cancelled before anybody made an order of it: it stays as it was.
      const never = other === undefined && isCancelled(order);
      const expected: Expectation | null = never ? untouched : (other?.expected ?? null);
      return {
        ...{ order, other, life: other?.life, expected },
        ended: expected !== null,
        differs: compareOrder(order, other, expected),
      };
    });
  const lives: Record<string, number> = {};
  for (const { life } of orders) if (life !== undefined) lives[life] = (lives[life] ?? 0) + 1;
  return { orders, lives: Object.fromEntries(Object.entries(lives).sort(([a], [b]) => (a < b ? -1 : 1))) };
}

const untouched: Expectation = { shipmentState: null, fields: {}, mayBe: {} };

const isCancelled = ({ orderState }: SimulatedOrder): boolean => orderState === 'Cancelled';

async function findNotCancelled(
  fulfillmenttools: Pick<FulfillmenttoolsApi, 'wasRefused'>,
  cancelled: readonly { readonly order: SimulatedOrder; readonly other: SimulatedFftOrder | undefined }[],
): Promise<string[]> {
  const living: string[] = [];
  for (const { order, other } of cancelled) {
    if (other === undefined || ['CANCELLED', 'OBSOLETE'].includes(other.status)) continue;
    if (!(await fulfillmenttools.wasRefused(other))) living.push(order.orderNumber ?? order.id);
  }
  return living;
}

function toKinds(letters: readonly DeadLetter[]): HarshResult['letters'] {
  const kinds = Object.values(Object.groupBy(letters, ({ service, code }) => `${service} ${code}`));
  return kinds.flatMap((kind = []) => {
    const [first] = kind;
    return first ? [{ service: first.service, code: first.code, count: kind.length, message: first.message }] : [];
  });
}

/** The first of so many orders. */
const namesOf = (shown: readonly Differing[], all: number): string =>
  [...shown.map(({ order }) => order), ...(all > shown.length ? [`${all - shown.length} more`] : [])].join(', ');

/**
 * What is not as it has to be when this many orders were placed. No dead letter is right: whatever the simulators do
 * passes, or is to be asked about again.
 */
export function harshProblems(result: HarshResult, count: number): string[] {
  const { ended, asExpected, differing, notCancelled, neverPlaced } = result;
  const others = differing.length === 0 ? '' : `; not ${namesOf(differing, count - asExpected)}`;
  return [
    ...(ended === count ? [] : [`${ended} of ${count} lives ended`]),
    ...(asExpected === count ? [] : [`${asExpected} of ${count} orders are as their life says${others}`]),
    ...(notCancelled.length === 0 ? [] : [`${notCancelled.join(', ')} live on although the shop has cancelled them`]),
    ...problemsOfAny(result, count, neverPlaced),
  ];
}
