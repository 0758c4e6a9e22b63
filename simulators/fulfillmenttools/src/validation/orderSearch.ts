import { closed, compile, dateTime, flag, list, oneOf, type Schema } from './compile.ts';

const short: Schema = { type: 'string', maxLength: 256 };
const status = oneOf('OPEN', 'CANCELLED', 'PROMISED', 'LOCKED', 'OBSOLETE');
const scalar: Schema = { type: ['string', 'number', 'boolean'], maxLength: 256 };

/** The part of the vendor's filters that the simulator answers; any other is refused instead of being ignored. */
export interface Filter {
  readonly eq?: unknown;
  readonly notEq?: unknown;
  readonly in?: readonly unknown[];
  readonly notIn?: readonly unknown[];
  readonly gt?: string;
  readonly gte?: string;
  readonly lt?: string;
  readonly lte?: string;
}

export interface OrderQuery {
  readonly tenantOrderId?: Filter;
  readonly status?: Filter;
  readonly orderDate?: Filter;
  readonly customAttributes?: Readonly<Record<string, Filter>>;
}

export interface OrderSearch {
  readonly query: OrderQuery;
  readonly size?: number;
  readonly after?: string;
  readonly options?: { readonly withTotal?: boolean };
}

const range = { gt: dateTime, gte: dateTime, lt: dateTime, lte: dateTime };
const few = list(short, { maxItems: 25 });

export const parseOrderSearch = compile<OrderSearch>(
  closed({
    'query*': closed({
      tenantOrderId: closed({ eq: short, notEq: short, in: few, notIn: few }),
      status: closed({ eq: status, notEq: status, in: list(status) }),
      orderDate: closed({ eq: dateTime, notEq: dateTime, ...range }),
      customAttributes: { type: 'object', additionalProperties: closed({ eq: scalar, notEq: scalar }) },
    }),
    size: { type: 'integer', minimum: 1, maximum: 250 },
    after: short,
    options: closed({ withTotal: flag }),
  }),
);
