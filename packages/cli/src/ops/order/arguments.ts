import { flag, readFlags, text, toSince } from '../flags.ts';
import type { OrderOptions } from './command.ts';

/**
 * Arguments after `order`. `now`: milliseconds since the epoch.
 * @throws Error that names the argument.
 */
export function toOrder(args: readonly string[], now: number): OrderOptions {
  const { values, positionals } = readFlags(args, { since: text, all: flag, json: flag });
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw new Error('order needs one number or id.');
  return { id, since: toSince(values.since, now), all: values.all, json: values.json };
}
