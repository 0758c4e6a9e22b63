import { toTime, type BackfillSelection } from './selection.ts';
import type { BackfillPlan } from './plan.ts';
import { describeDuration } from '../duration.ts';

const DEFAULT_REPLAY_RATE = 50;

export interface DescribeOptions {
  readonly lane: string;
  readonly perSecond: number;
  readonly placeConfirmedSince: number | null;
  /** Messages of the lane that ingest-ct has not done; undefined: not known. */
  readonly open: number | undefined;
}

/** What a backfill would do, for a person. */
export function describeBackfill(plan: BackfillPlan, selection: BackfillSelection, options: DescribeOptions): string[] {
  const { backfillId, sent, count, verdicts } = plan;
  const { lane, perSecond, placeConfirmedSince, open } = options;
  const slower = Math.min(perSecond, DEFAULT_REPLAY_RATE);
  const before = sent.count > 0 ? `; ${sent.count} of this backfill are in the lane already` : '';
  const width = Math.max(0, ...[...verdicts.keys()].map((verdict) => verdict.length));
  return [
    `Backfill ${backfillId}: ${describeSelection(selection)} → ${lane}, read by ingest-ct`,
    `${count} orders to send${before}.`,
    ...(verdicts.size === 0 ? [] : ['What the gate says of them, as far as this list tells:']),
    ...[...verdicts].map(([verdict, orders]) =>
      `  ${verdict.padEnd(width)}  ${String(orders).padStart(7)}${note(verdict, placeConfirmedSince)}`.trimEnd(),
    ),
    ...(verdicts.size === 0
      ? []
      : ['An order that the ledger knows stays as it is there; each is read again before anything is decided.']),
    ...(placeConfirmedSince === null && verdicts.size > 0
      ? ['PLACE_CONFIRMED_SINCE is not set here: orders from before it, which are skipped, are not told apart.']
      : []),
    ...(count === 0
      ? []
      : [
          `${perSecond} are sent in a second, and ingest-ct takes at most REPLAY_MAX_RATE (default ${DEFAULT_REPLAY_RATE}): ${describeDuration((count * 1_000) / slower)} with the default.`,
        ]),
    ...(open === undefined || open === 0 ? [] : [`ingest-ct has ${open} messages of the lane still to do.`]),
  ];
}

function describeSelection({ created, names, states }: BackfillSelection): string {
  const inStates = `in state ${states.join(' or ')}`;
  if (!created) return `${names.length} orders by name ${inStates}`;
  return `orders created ${toTime(created.from)} to ${toTime(created.to)} ${inStates}`;
}

function note(verdict: string, since: number | null): string {
  if (verdict.startsWith('nothing: ')) return '  not sent: no event follows from this state';
  switch (verdict) {
    case 'place held':
      return '  placed locked, by PLACEMENT_HOLD_LOCK';
    case 'adopt':
      return '  it names a fulfillmenttools order, which is taken as placed';
    case 'cancel':
      return '  cancelled at fulfillmenttools, if it was placed';
    case 'skip: before-activation':
      return since === null ? '' : `  created before ${toTime(since)}, PLACE_CONFIRMED_SINCE`;
    default:
      return '';
  }
}
