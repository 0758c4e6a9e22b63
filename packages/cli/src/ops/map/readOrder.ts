import { readFileSync } from 'node:fs';
import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import type { OrderSnapshot } from '@pipeline/schemas/types';

type CommercetoolsOrder = Parameters<typeof toOrderSnapshot>[0];

/**
 * An order of commercetools in a file: as its API answers, or in a message that carries it as `order`.
 * `methodKey`: the key of the order's shipping method, where the file has only its id; the pipeline asks for it.
 * @throws Error that says what is wrong with the file.
 */
export function readOrderFile(path: string, methodKey: string | undefined): OrderSnapshot {
  const order = findOrder(parse(path));
  if (order === undefined)
    throw new Error(`${path} holds no order of commercetools: an object with lineItems and an id.`);
  const methods = new Map<string, { readonly key: string }>();
  if (methodKey !== undefined)
    for (const each of [order.shippingInfo, ...(order.shipping ?? []).map(({ shippingInfo }) => shippingInfo)])
      if (each?.shippingMethod) methods.set(each.shippingMethod.id, { key: methodKey });
  try {
    return toOrderSnapshot(order, { readAt: Date.now(), shippingMethods: methods as never });
  } catch (error) {
    throw new Error(`${path} cannot be read as an order of commercetools: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function parse(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(`${path} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'}).`, {
      cause: error,
    });
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new Error(`${path} is no JSON.`);
  }
}

function findOrder(value: unknown): CommercetoolsOrder | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { id, lineItems, order } = value as {
    readonly id?: unknown;
    readonly lineItems?: unknown;
    readonly order?: unknown;
  };
  if (typeof id === 'string' && Array.isArray(lineItems)) return value as CommercetoolsOrder;
  return findOrder(order);
}
