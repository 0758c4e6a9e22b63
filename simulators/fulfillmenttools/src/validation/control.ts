import type { FaultRule } from '../http/faults.ts';
import type { DeliverySettings } from '../webhooks/delivery.ts';
import { closed, compile, flag, oneOf, text } from './compile.ts';

const probability = { type: 'number', minimum: 0, maximum: 1 };
const milliseconds = { type: 'number', minimum: 0 };

export const parseDelivery = compile<Partial<DeliverySettings>>(
  closed({ duplicates: probability, shuffle: flag, shuffleMs: milliseconds, retryBaseMs: milliseconds }),
);

export const parseFault = compile<FaultRule>(
  closed({
    method: text,
    route: text,
    path: text,
    status: { type: 'integer', minimum: 200, maximum: 599 },
    headers: { type: 'object', additionalProperties: text },
    body: {},
    delayMs: milliseconds,
    action: oneOf('reset', 'cutBody'),
    when: oneOf('before', 'after'),
    count: { type: 'integer', minimum: 1 },
    probability,
  }),
);

export const parseReset = compile<{ keepSubscriptions?: boolean }>(closed({ keepSubscriptions: flag }));

export const parseTokenExpiry = compile<{ refresh?: boolean }>(closed({ refresh: flag }));
