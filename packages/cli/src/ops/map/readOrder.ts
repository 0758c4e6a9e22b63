import { readFileSync } from 'node:fs';
import { toOrderSnapshot } from '@pipeline/platform-commercetools';
import type { OrderSnapshot } from '@pipeline/schemas/types';

type CommercetoolsOrder = Parameters<typeof toOrderSnapshot>[0];

export interface OrderFile {
  readonly order: OrderSnapshot;
  /** What the pipeline would read of commercetools, and the file does not have. */
  readonly notes: readonly LackingNote[];
}

export interface LackingNote {
  readonly kind: 'warning';
  /** Where in the order. */
  readonly field: string;
  readonly text: string;
}

export interface OrderFileOptions {
  /** The key of the order's shipping method, where the file has only its id. */
  readonly methodKey: string | undefined;
  /** Custom fields of the order that may refer to a channel whose key matters. */
  readonly channelFields: readonly string[];
}

/**
 * An order of commercetools in a file: as its API answers, or in a message that carries it as `order`.
 * @throws Error that says what is wrong with the file.
 */
export function readOrderFile(path: string, { methodKey, channelFields }: OrderFileOptions): OrderFile {
  const order = findOrder(parse(path));
  if (order === undefined)
    throw new Error(`${path} holds no order of commercetools: an object with lineItems and an id.`);
  const methods = new Map<string, { readonly key: string }>();
  if (methodKey !== undefined) for (const { id } of methodsOf(order)) methods.set(id, { key: methodKey });
  try {
    const snapshot = toOrderSnapshot(order, { readAt: Date.now(), shippingMethods: methods as never });
    return { order: snapshot, notes: toNotes(order, { methodKey, channelFields }) };
  } catch (error) {
    throw new Error(`${path} cannot be read as an order of commercetools: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

const methodsOf = ({ shippingInfo, shipping = [] }: CommercetoolsOrder) =>
  [shippingInfo, ...shipping.map((each) => each.shippingInfo)].flatMap((each) => each?.shippingMethod ?? []);

/** References that matter and of which the file has only the id: an answer of the API that was not expanded. */
function toNotes(order: CommercetoolsOrder, { methodKey, channelFields }: OrderFileOptions): readonly LackingNote[] {
  const orElse = `\`map ${order.id}\` reads the order with it.`;
  const note = (field: string, text: string) => ({ kind: 'warning' as const, field, text });
  const isMethodUnread = methodKey === undefined && methodsOf(order).some(({ obj }) => !obj);
  const fields: Record<string, unknown> = order.custom?.fields ?? {};
  return [
    ...(isMethodUnread
      ? [note('shippingMethod', `The file has only its id: say its key with --method, or ${orElse}`)]
      : []),
    ...(order.lineItems.some(({ supplyChannel }) => supplyChannel && !supplyChannel.obj)
      ? [
          note(
            'lineItems.supplyChannel',
            `The file has only ids, and what depends on their keys is not shown: ${orElse}`,
          ),
        ]
      : []),
    ...channelFields
      .filter((name) => isUnread(fields[name]))
      .map((name) => note(`custom.fields.${name}`, `The file has only the id of the channel: ${orElse}`)),
  ];
}

function isUnread(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return 'typeId' in value && !('key' in value) && !('obj' in value);
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
