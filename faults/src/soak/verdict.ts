import { type LedgerEntry, type OrderFulfillmentState, topics } from '@pipeline/schemas';
import { check } from '../checker/check.ts';
import { type History, recordsOf, type Violation } from '../checker/history.ts';
import type { Work } from '../row.ts';
import { tooLittle } from '../runRow.ts';

/** An order as it stands when all is over, and what its life says. */
export interface EndedOrder {
  readonly id: string;
  /** undefined: it never reached the provider. */
  readonly life: string | undefined;
  readonly ended: boolean;
  /** undefined: commercetools shows what the life says. */
  readonly differs: { readonly expected: unknown; readonly got: unknown } | undefined;
}

export interface Figures {
  readonly orders: number;
  readonly ended: number;
  /** Acknowledged deliveries without a record or an end, and orders that never arrived. */
  readonly lost: number;
  /** Orders that the provider has more than once. */
  readonly duplicates: number;
  /** What fell back: shipment states, ledger entries, entities of the provider. */
  readonly regressions: number;
  /** All of them, these and others. */
  readonly violations: number;
}

/** Everything that is wrong: the invariants of every run, and I4 by what the lives at the provider say. */
export function findViolations(history: History, ended: readonly EndedOrder[]): Violation[] {
  return [
    ...check(history),
    ...ended.flatMap(({ id, differs }): Violation[] =>
      differs === undefined
        ? []
        : [{ invariant: 'I4', order: id, expected: toText(differs.expected ?? 'an end'), found: toText(differs.got) }],
    ),
  ];
}

export function countFigures(
  history: History,
  ended: readonly EndedOrder[],
  violations: readonly Violation[],
): Figures {
  const ordersOf = (...wanted: readonly Violation['invariant'][]) =>
    violations.filter(({ invariant }) => wanted.includes(invariant));
  const twice = ordersOf('I2').filter(({ expected }) => expected.startsWith('at most one'));
  return {
    orders: history.orders.length,
    ended: ended.filter((order) => order.ended).length,
    lost: ordersOf('I1').length + ordersOf('I2').filter(({ found }) => found === 'none').length,
    duplicates: twice.length,
    regressions: ordersOf('I3', 'I7').length,
    violations: violations.length,
  };
}

/** The least that a soak of a minute or more must have done. `deliveries` are those that were compared. */
const atLeast = { kills: 1, deliveries: 1 } as const satisfies Work;
const MINUTE = 60_000;

/** What it did too little of to prove anything; null: enough, or too short for that to be asked. */
export const findIdleness = (
  durationMs: number,
  done: Readonly<Record<keyof typeof atLeast, number>>,
): string | null => (durationMs < MINUTE ? null : tooLittle(done, atLeast));

/** Nothing is wrong, and enough was done to say so. */
export const isClean = (violations: readonly Violation[], problem: string | null): boolean =>
  violations.length === 0 && problem === null;

const toText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

/** Where an order stands: the last record of it in each topic, what the ledger says, and what the provider last told. */
export function describeOrder(history: Pick<History, 'records'>, id: string): string {
  const lasts = Object.values(topics).flatMap((topic) => {
    const last = recordsOf(history, topic).findLast((record) => isAbout(record, id));
    return last ? [`${topic.name}/${last.partition}/${last.offset}`] : [];
  });
  const [ledger] = recordsOf(history, topics.fulfillmentOrders)
    .filter(({ key }) => key === id)
    .slice(-1);
  const placement = (ledger?.value as LedgerEntry | undefined)?.placements.at(-1);
  const [state] = recordsOf(history, topics.fulfillmentStates)
    .filter(({ key }) => key === id)
    .slice(-1);
  const processes = (state?.value as OrderFulfillmentState | undefined)?.processes.length ?? 0;
  return (
    `ledger ${placement ? `${placement.status}, attempt ${placement.attempt}, ${placement.providerOrderId ?? 'no order'}` : 'nothing'}; ` +
    `${processes} processes in the state; last in ${lasts.join(', ') || 'no topic'}`
  );
}

const isAbout = ({ key, value }: { readonly key: string | null; readonly value: unknown }, id: string): boolean =>
  key === id || (value as { orderId?: unknown } | undefined)?.orderId === id;
