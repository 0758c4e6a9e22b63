import { createHash } from 'node:crypto';
import { quoted } from '../quoted.ts';

/** States of commercetools orders of which something follows: the others become no event. */
export const sendableStates = ['Confirmed', 'Cancelled'] as const;
export type SendableState = (typeof sendableStates)[number];

/** Which orders of commercetools. */
export interface BackfillSelection {
  /** Created in `[from, to)`, milliseconds since the epoch; null: those that `names` lists. */
  readonly created: { readonly from: number; readonly to: number } | null;
  /** Ids and order numbers. */
  readonly names: readonly string[];
  readonly states: readonly SendableState[];
  /** Another text makes another backfill of the same orders. */
  readonly run: string;
}

/** The same for the same selection, so that a run which was interrupted is found again. */
export const backfillIdOf = ({ created, names, states, run }: BackfillSelection): string =>
  createHash('sha256')
    .update(JSON.stringify([created && [created.from, created.to], [...names].sort(), [...states].sort(), run]))
    .digest('hex')
    .slice(0, 16);

/** The command that makes the same backfill, whenever it is given: it goes on where this one ended. */
export function backfillCommand(
  { created, names, states, run }: BackfillSelection,
  { perSecond }: { readonly perSecond: number },
): string {
  const range = created ? [`--from ${toTime(created.from)} --to ${toTime(created.to)}`] : [];
  return [
    'npm run ops -- backfill',
    ...range,
    ...names.map((name) => `--order ${quoted(name)}`),
    ...states.map((state) => `--state ${state}`),
    `--rate ${perSecond}`,
    ...(run === '1' ? [] : [`--run ${quoted(run)}`]),
  ].join(' ');
}

export const toTime = (ms: number): string => new Date(ms).toISOString();
