import { parseRate } from '../duration.ts';
import { flag, readOnlyFlags, text, toPeriod } from '../flags.ts';
import { isOrderId } from '../orderId.ts';
import { quoted } from '../quoted.ts';
import type { ReplayOptions } from './command.ts';
import { parseReplaySource } from './sources.ts';

/**
 * Arguments after `replay`. `now`: milliseconds since the epoch.
 * @throws Error that names the argument.
 */
export function toReplay(args: readonly string[], now: number): ReplayOptions {
  const values = readOnlyFlags(args, {
    source: text,
    since: text,
    until: text,
    order: text,
    key: text,
    rate: { ...text, default: '200/s' },
    run: { ...text, default: '1' },
    'dry-run': flag,
    yes: flag,
    json: flag,
  });
  if (values.source === undefined) throw new Error('replay needs --source.');
  const source = parseReplaySource(values.source);
  if (values.since === undefined) throw new Error('replay needs --since.');
  if (values.order !== undefined && values.key !== undefined) throw new Error('Either --order or --key.');
  if (values.order !== undefined && source.keyedBy === 'process')
    throw new Error(
      `${values.source} is keyed by the process: \`npm run ops -- order ${quoted(values.order)}\` shows its id for --key.`,
    );
  if (values.order !== undefined && source.keyedBy === 'channel')
    throw new Error(
      `${values.source} is keyed by the channel, and says nothing of orders: --key takes a channel's id.`,
    );
  const [name, key] = values.order === undefined ? ['--key', values.key] : ['--order', values.order];
  if (key !== undefined && source.keyedBy === 'order' && !isOrderId(key))
    throw new Error(
      `${name} is "${key}", but the keys of ${values.source} are order ids of commercetools (a UUID), not order numbers: \`npm run ops -- order ${quoted(key)}\` shows the id.`,
    );
  const { since, until } = toPeriod(values.since, values.until, now);
  const { run, yes, json } = values;
  const perSecond = parseRate('--rate', values.rate);
  return {
    source,
    since,
    until,
    key,
    run,
    perSecond,
    dryRun: values['dry-run'],
    yes,
    json,
  };
}
