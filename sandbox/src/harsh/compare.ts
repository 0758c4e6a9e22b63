import type { Expectation, SimulatedFftOrder, SimulatedOrder } from '../simulatorApi.ts';

type Value = unknown;
type Members = Readonly<Record<string, Value>>;

/** An order that is not as its life says. Only the members that differ; of several allowed values the list. */
export interface Differing {
  /** Order number, else id. */
  readonly order: string;
  /** null: it has none, for it is not at fulfillmenttools. */
  readonly life: string | null;
  /** null: its life has not ended. */
  readonly expected: Members | null;
  readonly got: Members;
}

/** Compares an order with what it must show in the end (Default: what its life says); undefined: it is so. */
export function compareOrder(
  order: SimulatedOrder,
  atProvider: SimulatedFftOrder | undefined,
  expected: Expectation | null | undefined = atProvider?.expected,
): Differing | undefined {
  const named = { order: order.orderNumber ?? order.id, life: atProvider?.life ?? null };
  const got: Members = { shipmentState: order.shipmentState ?? null, ...order.custom };
  if (!expected) return { ...named, expected: null, got };
  const wanted: Members = { shipmentState: expected.shipmentState, ...expected.fields };
  const wrong = [...new Set([...Object.keys(wanted), ...Object.keys(got)])].filter((name) => {
    const allowed = expected.mayBe[name];
    if (name in wanted || allowed === undefined) return got[name] !== wanted[name];
    return got[name] !== undefined && !allowed.some((value) => value === got[name]);
  });
  if (wrong.length === 0) return undefined;
  const only = (members: Members) => Object.fromEntries(wrong.map((name) => [name, members[name] ?? null] as const));
  return { ...named, expected: only({ ...expected.mayBe, ...wanted }), got: only(got) };
}
