import type { Order } from '@commercetools/platform-sdk';
import type { ApiRoot } from '../client.ts';
import { queryPage } from './queryPage.ts';

export type OrderQuery = NonNullable<NonNullable<Parameters<ReturnType<ApiRoot['orders']>['get']>[0]>['queryArgs']>;

/** One page of orders, without its total. @throws PipelineError as `call` does. */
export const queryOrders = (api: ApiRoot, queryArgs: OrderQuery, signal: AbortSignal): Promise<readonly Order[]> =>
  queryPage({
    of: 'orders',
    ask: () =>
      api
        .orders()
        .get({ queryArgs: { ...queryArgs, withTotal: false } })
        .execute(),
    isItem: isOrder,
    signal,
  });

function isOrder(value: unknown): value is Order {
  const { id, version, createdAt, lastModifiedAt } = (value ?? {}) as Partial<Order>;
  return typeof id === 'string' && typeof version === 'number' && isTime(createdAt) && isTime(lastModifiedAt);
}

const isTime = (value: unknown): boolean => typeof value === 'string' && !Number.isNaN(Date.parse(value));
