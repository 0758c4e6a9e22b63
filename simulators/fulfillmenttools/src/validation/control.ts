import type { DeliverySettings } from '../webhooks/delivery.ts';
import { closed, compile, flag } from './compile.ts';

const probability = { type: 'number', minimum: 0, maximum: 1 };
const milliseconds = { type: 'number', minimum: 0 };

export const parseDelivery = compile<Partial<DeliverySettings>>(
  closed({ duplicates: probability, shuffle: flag, shuffleMs: milliseconds, retryBaseMs: milliseconds }),
);

export const parseReset = compile<{ keepSubscriptions?: boolean }>(closed({ keepSubscriptions: flag }));

export const parseTokenExpiry = compile<{ refresh?: boolean }>(closed({ refresh: flag }));
