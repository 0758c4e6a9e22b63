import {
  type ApiRoot,
  findOrders,
  type ListPosition,
  type OrderPage,
  orderPages,
} from '@pipeline/platform-commercetools';
import type { ListedOrder } from './notification.ts';
import { type BackfillSelection, toTime } from './selection.ts';
import { waitBeforeTry } from '../vendors/waitBeforeTry.ts';

export interface ListRequest {
  readonly api: ApiRoot;
  readonly selection: BackfillSelection;
  /** Only what stands behind this. */
  readonly after?: ListPosition | undefined;
  readonly signal: AbortSignal;
}

/**
 * The selected orders, a page at a time, by time of creation. What passes by itself is waited for.
 * @throws PipelineError as `call` does; Error that names the orders which do not exist.
 */
export function listOrders(request: ListRequest): AsyncIterable<OrderPage> {
  return request.selection.created ? listCreated(request, request.selection.created) : listNamed(request);
}

async function* listCreated(
  { api, selection, after: start, signal }: ListRequest,
  { from, to }: NonNullable<BackfillSelection['created']>,
): AsyncGenerator<OrderPage> {
  const where = [`orderState in (${selection.states.map((state) => `"${state}"`).join(', ')})`];
  const range = { by: 'createdAt', from: toTime(from), to: toTime(to) } as const;
  let after = start;
  for (let failures = 0; ; ) {
    try {
      for await (const page of orderPages({ api, ...range, after, where, signal })) {
        yield page;
        after = page.last;
        failures = 0;
      }
      return;
    } catch (error) {
      failures += 1;
      await waitBeforeTry(error, failures, signal);
    }
  }
}

async function* listNamed({ api, selection, after, signal }: ListRequest): AsyncGenerator<OrderPage> {
  const { names } = selection;
  const found = await findOrders({ api, names, signal });
  const known = new Set(found.flatMap(({ id, orderNumber }) => [id, orderNumber ?? id]));
  const missing = names.filter((name) => !known.has(name));
  if (missing.length > 0)
    throw new Error(
      `commercetools has no order with the number or id ${missing.join(', ')}. Nothing was sent; correct or leave out --order.`,
    );
  const orders = [...found].sort(byPosition).filter((order) => !after || byPosition(order, positioned(after)) > 0);
  const last = orders.at(-1);
  if (last) yield { orders, last: positionOf(last) };
}

type Positioned = Pick<ListedOrder, 'createdAt' | 'id'>;

export const positionOf = ({ createdAt, id }: Positioned): ListPosition => ({ time: createdAt, id });
const positioned = ({ time, id }: ListPosition): Positioned => ({ createdAt: time, id });

const byPosition = (a: Positioned, b: Positioned): number =>
  Date.parse(a.createdAt) - Date.parse(b.createdAt) || (a.id < b.id ? -1 : Number(a.id > b.id));
