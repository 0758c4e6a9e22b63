import type { DeliverySettings } from '../webhooks/delivery.ts';
import { type Switch, switches, switchNames, type SwitchValues } from '../core/switches.ts';
import { closed, compile, flag, type Schema } from './compile.ts';

const probability = { type: 'number', minimum: 0, maximum: 1 };
const milliseconds = { type: 'number', minimum: 0 };

export const parseDelivery = compile<Partial<DeliverySettings>>(
  closed({
    ...{ duplicates: probability, reEmissions: probability, lost: probability },
    ...{ shuffle: flag, shuffleMs: milliseconds, retryBaseMs: milliseconds },
  }),
);

export const parseReset = compile<{ keepSubscriptions?: boolean }>(closed({ keepSubscriptions: flag }));

export const parseTokenExpiry = compile<{ refresh?: boolean }>(closed({ refresh: flag }));

const toSchema = ({ range, values }: Switch<unknown>): Schema =>
  range !== undefined
    ? { type: range.whole ? 'integer' : 'number', minimum: range.min, maximum: range.max }
    : values !== undefined
      ? { enum: values }
      : flag;

export const parseSettings = compile<Partial<SwitchValues> & { readonly harsh?: boolean; readonly seed?: number }>(
  closed({
    harsh: flag,
    seed: { type: 'integer', minimum: 0, maximum: 2 ** 32 - 1 },
    ...Object.fromEntries(switchNames.map((name) => [name, toSchema(switches[name] as Switch<unknown>)])),
  }),
);
