import type { Order } from '@commercetools/platform-sdk';
import { withSignal } from '../callSignal.ts';
import type { ApiRoot } from '../client.ts';
import { lost, toPlatformError } from '../errors.ts';

export type OrderQuery = NonNullable<NonNullable<Parameters<ReturnType<ApiRoot['orders']>['get']>[0]>['queryArgs']>;

/**
 * One page of the Query API, without its total. An answer that is none is as good as no answer: a page taken for empty
 * would end a listing.
 * @throws PipelineError as `call` does.
 */
export async function queryOrders(api: ApiRoot, queryArgs: OrderQuery, signal: AbortSignal): Promise<readonly Order[]> {
  const args = { ...queryArgs, withTotal: false };
  try {
    const { body } = await withSignal(signal, () => api.orders().get({ queryArgs: args }).execute());
    const results: unknown = (body as { results?: unknown } | undefined)?.results;
    if (Array.isArray(results) && results.every(isOrder)) return results;
    throw broken('something else than a page of orders');
  } catch (error) {
    throw toPlatformError(error, { write: false });
  }
}

/** An answer to a query that cannot be the one to it. */
export const broken = (what: string) =>
  lost({ request: 'GET /orders', code: 'answer-broken', why: `was answered with ${what}` }, { write: false });

function isOrder(value: unknown): value is Order {
  const { id, version, createdAt, lastModifiedAt } = (value ?? {}) as Partial<Order>;
  return typeof id === 'string' && typeof version === 'number' && isTime(createdAt) && isTime(lastModifiedAt);
}

const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
