import { flag, readFlags, readOnlyFlags, text, toPeriod } from '../flags.ts';
import type { MapOptions } from './command.ts';
import type { TopicMapOptions } from './fromTopic.ts';

/** Arguments after `map`. @throws Error that names the argument. */
export function toMap(args: readonly string[]): MapOptions {
  const { values, positionals } = readFlags(args, { config: text, method: text, held: flag, json: flag });
  const [order] = positionals;
  if (order === undefined || positionals.length > 1) throw new Error('map needs one file, order id or order number.');
  const { config, method, held, json } = values;
  return { order, config, method, held, json };
}

/**
 * Arguments after `map --from-topic`. `now`: milliseconds since the epoch.
 * @throws Error that names the argument.
 */
export function toMapTopic(args: readonly string[], now: number): TopicMapOptions {
  const values = readOnlyFlags(args, {
    'from-topic': flag,
    since: text,
    until: text,
    config: text,
    diff: text,
    most: { ...text, default: '20' },
    values: flag,
    held: flag,
    json: flag,
  });
  if (values.since === undefined) throw new Error('map --from-topic needs --since.');
  if (!/^\d{1,4}$/.test(values.most)) throw new Error(`--most is "${values.most}", but must be a number up to 9999.`);
  const { config, diff, held, json } = values;
  const period = toPeriod(values.since, values.until, now);
  return { ...period, config, diff, values: values.values, held, most: Number(values.most), json };
}
