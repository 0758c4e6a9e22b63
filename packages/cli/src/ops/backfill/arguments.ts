import { parseMoment, parseRate } from '../duration.ts';
import { flag, readOnlyFlags, text } from '../flags.ts';
import type { BackfillOptions } from './command.ts';
import { sendableStates } from './selection.ts';

/**
 * Arguments after `backfill`. `now`: milliseconds since the epoch.
 * @throws Error that names the argument.
 */
export function toBackfill(args: readonly string[], now: number): BackfillOptions {
  const values = readOnlyFlags(args, {
    from: text,
    to: text,
    state: { ...text, multiple: true },
    order: { ...text, multiple: true },
    rate: { ...text, default: '50/s' },
    run: { ...text, default: '1' },
    'dry-run': flag,
    yes: flag,
    json: flag,
  });
  const { order: orders = [], run, yes, json } = values;
  const created = toCreated(values, now);
  if (created && orders.length > 0) throw new Error('Either --from and --to, or --order.');
  if (!created && orders.length === 0) throw new Error('backfill needs --from and --to, or --order.');
  if (orders.some((name) => name.trim() === '' || name.length > 256))
    throw new Error('--order must be an order number or the id of an order.');
  const names = [...new Set(orders)];
  const states = toStates(values.state ?? (created ? ['Confirmed'] : sendableStates));
  const perSecond = parseRate('--rate', values.rate);
  return { created, names, states, run, perSecond, dryRun: values['dry-run'], yes, json };
}

function toCreated(
  values: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
): BackfillOptions['created'] {
  if (values.from === undefined && values.to === undefined) return null;
  if (values.from === undefined) throw new Error('backfill with --to needs --from.');
  const from = parseMoment('--from', values.from, now);
  const to = values.to === undefined ? now : parseMoment('--to', values.to, now);
  if (to > now) throw new Error('--to lies in the future: what is created until then comes by itself.');
  if (from >= to) throw new Error('--from must be before --to.');
  return { from, to };
}

const toStates = (names: readonly string[]): BackfillOptions['states'] =>
  [...new Set(names)].map((name) => {
    const state = sendableStates.find((known) => known === name);
    if (state) return state;
    throw new Error(
      `--state is "${name}", but must be one of ${sendableStates.join(', ')}: of others no event follows.`,
    );
  });
