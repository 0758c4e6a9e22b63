import type { Expectation, SimulatedFftOrder, SimulatedOrder } from '../simulatorApi.ts';
import { compareOrder, type Differing } from './compare.ts';
import { expectedParts, shownParts, type Work } from './parts.ts';
import { createVendorReads, type Simulators, type VendorReads } from './vendorReads.ts';

/** An order, what it is at fulfillmenttools, and what it must show in the end; null: that is not settled yet. */
export interface Looked {
  readonly order: SimulatedOrder;
  readonly other: SimulatedFftOrder | undefined;
  readonly expected: Expectation | null;
}

export interface LookedClosely {
  readonly differs: Differing | undefined;
  /** Names of the deliveries, parcels and returns that the order shows. */
  readonly parts: readonly string[];
}

/** Reads of so many orders at a time: harsh simulators count calls by the second. */
const AT_ONCE = 8;

/**
 * Compares each order as `compareOrder` does, and its deliveries, parcels and returns with what fulfillmenttools did for
 * it. Some reads for each order: not for looking again and again.
 */
export async function lookClosely<Order extends Looked>(
  sandbox: Simulators,
  orders: readonly Order[],
  reads: VendorReads = createVendorReads(sandbox),
): Promise<(Order & LookedClosely)[]> {
  const looked: (Order & LookedClosely)[] = [];
  for (let at = 0; at < orders.length; at += AT_ONCE) {
    const some = orders.slice(at, at + AT_ONCE).map(async (each) => ({ ...each, ...(await compare(each, reads)) }));
    looked.push(...(await Promise.all(some)));
  }
  return looked;
}

async function compare({ order, other, expected }: Looked, reads: VendorReads): Promise<LookedClosely> {
  const shown = shownParts(await reads.order(order.id));
  const whole = { ...order, custom: { ...order.custom, ...shown } };
  const wanted = expected && other ? withParts(expected, await reads.work(other.id)) : expected;
  return { differs: compareOrder(whole, other, wanted), parts: Object.keys(shown) };
}

function withParts(expected: Expectation, work: Work): Expectation {
  const { fields, mayBe } = expectedParts(work);
  return { ...expected, fields: { ...expected.fields, ...fields }, mayBe: { ...expected.mayBe, ...mayBe } };
}
