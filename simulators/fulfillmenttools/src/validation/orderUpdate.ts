import type { Article, Attributes, OrderForCreation } from '../core/model.ts';
import { articleAttribute } from './article.ts';
import { closed, compile, dateTime, list, localized, text } from './compile.ts';
import { checkAttributesLength, consumer, pricing } from './order.ts';

export interface OrderLineForUpdate {
  readonly id?: string;
  readonly quantity?: number;
  readonly article?: Partial<Article>;
}

/** The changes that a PATCH asks for; null takes a field away. */
export interface OrderChanges {
  readonly consumer?: OrderForCreation['consumer'];
  readonly customAttributes?: Attributes | null;
  readonly orderLineItems?: readonly OrderLineForUpdate[] | null;
  readonly preferredHandlingTime?: string;
  readonly pricing?: object;
}

export interface OrderForUpdate extends OrderChanges {
  readonly version: number;
  readonly comment?: string;
}

const article = closed({
  'title*': text,
  tenantArticleId: text,
  titleLocalized: localized,
  imageUrl: text,
  weight: { type: 'number', minimum: 0 },
  attributes: list(articleAttribute),
  customAttributes: { type: ['object', 'null'] },
});

const parseShape = compile<OrderForUpdate>(
  closed({
    'version*': { type: 'integer', minimum: 0 },
    comment: text,
    consumer,
    customAttributes: { type: ['object', 'null'] },
    orderLineItems: {
      type: ['array', 'null'],
      maxItems: 500,
      items: closed({ id: text, quantity: { type: 'integer', minimum: 1 }, article }),
    },
    preferredHandlingTime: dateTime,
    pricing,
  }),
);

/** The body of `PATCH /api/orders/{id}`. Throws a 400. */
export function parseOrderForUpdate(body: unknown): OrderForUpdate {
  const update = parseShape(body);
  checkAttributesLength(update);
  return update;
}
