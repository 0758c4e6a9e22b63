import type { Order } from '@commercetools/platform-sdk';
import { isPipelineError } from '@pipeline/streams';
import type { ApiRoot } from '../client.ts';
import { type Keyset, keysetWhere, type ListPosition } from './keysetWhere.ts';
import { queryOrders } from './queryOrders.ts';
import { brokenPage } from './queryPage.ts';

export interface OrderPagesRequest extends Keyset {
  readonly api: ApiRoot;
  /** Further predicates, all of which must hold, e.g. `orderState = "Confirmed"`. (Default: none) */
  readonly where?: readonly string[];
  /** As the Query API takes them, e.g. `shippingInfo.shippingMethod`. (Default: none) */
  readonly expand?: readonly string[];
  /** Orders of one page, 1 to 500. A page that is too large or too slow is asked for again in smaller ones. (Default: 500) */
  readonly limit?: number;
  /** Ends the page that is being read; no further one is asked for. */
  readonly signal: AbortSignal;
}

export interface OrderPage {
  /** At least one, ascending by (time, id). */
  readonly orders: readonly Order[];
  /** Of the last of them: `after` for what follows. */
  readonly last: ListPosition;
}

const MAX_LIMIT = 500;
const MIN_LIMIT = 20;
/** A page of many large orders: over the limit of an answer, or of the time for one. */
const tooMuch: ReadonlySet<string> = new Set(['timeout', 'no-answer', 'answer-broken', 'QueryTimedOut']);

/**
 * The orders of a stretch of time, a page at a time, each asked for when it is wanted. Needs the scope view_orders. What
 * is listed by `lastModifiedAt` and changes meanwhile comes again, further back. A listing is not always up to date, so
 * let `to` lie a minute behind now, and read an order by its id before anything depends on its state.
 * @throws PipelineError as `call` does, for the page that could not be read: the listing goes on `after` the page before.
 */
export async function* orderPages(request: OrderPagesRequest): AsyncGenerator<OrderPage, void, undefined> {
  const { by, signal } = request;
  let { after, limit = MAX_LIMIT } = request;
  for (;;) {
    let orders: readonly Order[];
    try {
      orders = await readPage({ ...request, after, limit });
    } catch (error) {
      const smaller = Math.max(MIN_LIMIT, Math.floor(limit / 5));
      if (signal.aborted || smaller >= limit || !isPipelineError(error) || !tooMuch.has(error.code)) throw error;
      limit = smaller;
      continue;
    }
    const order = orders.at(-1);
    if (!order) return;
    const last = { time: order[by], id: order.id };
    if (after && !isBehind(last, after)) throw brokenPage('orders', 'the page before once more');
    yield { orders, last };
    if (orders.length < limit) return;
    after = last;
  }
}

function readPage(request: OrderPagesRequest & { readonly limit: number }): Promise<readonly Order[]> {
  const { api, by, where = [], expand = [], limit, signal } = request;
  const query = {
    where: [keysetWhere(request), ...where],
    sort: [`${by} asc`, 'id asc'],
    limit,
    ...(expand.length > 0 && { expand: [...expand] }),
  };
  return queryOrders(api, query, signal);
}

/** Ids are compared by commercetools alone; of equal times another id is all that can be said here. */
function isBehind(last: ListPosition, after: ListPosition): boolean {
  const [here, there] = [Date.parse(last.time), Date.parse(after.time)];
  return here > there || (here === there && last.id !== after.id);
}
