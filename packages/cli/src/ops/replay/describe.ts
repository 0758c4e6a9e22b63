import type { Log } from '../kafka/log.ts';
import { plural } from '../plural.ts';
import { quoted } from '../quoted.ts';
import type { ReplayPlan, ReplaySelection } from './plan.ts';

const DEFAULT_RATE = 50;

/** What a replay would do, for a person. `open`: messages of the lane that its service has not done; undefined: not known. */
export function describeReplay(
  { replayId, partitions, count, copied }: ReplayPlan,
  selection: ReplaySelection,
  { nameOf, open }: { readonly nameOf: Log['nameOf']; readonly open: number | undefined },
): string[] {
  const { source, since, until, key } = selection;
  const { lane, service } = source;
  const about = key === undefined ? '' : ` with the key ${key}`;
  return [
    `Replay ${replayId}: ${nameOf(lane.source)}${about}, ${toTime(since)} to ${toTime(until)} → ${nameOf(lane)}, read by ${service}`,
    ...partitions.map(
      ({ partition, from, to, next, count: left }) =>
        `  partition ${partition}: ${plural(left, 'message')}, offsets ${next} to ${to - 1n}${next > from ? `; in the lane up to ${next - 1n}` : ''}`,
    ),
    `${key === undefined ? 'At most ' : ''}${plural(count, 'message')} to copy${copied > 0 ? `; ${copied} ${copied === 1 ? 'is' : 'are'} in the lane already` : ''}.`,
    `${service} takes at most REPLAY_MAX_RATE of them in a second; with the default of ${DEFAULT_RATE}: ${Math.ceil(count / DEFAULT_RATE)} s.`,
    ...(open === undefined ? [] : [describeOpen(service, open)]),
  ];
}

const describeOpen = (service: string, open: number): string =>
  open === 0
    ? `${service} has done all that is in the lane: 0 left.`
    : `${service} has ${plural(open, 'message')} of the lane still to do.`;

/** The end of a replay. Times that are relative to now would be those of another one. */
export const describeCopied = (copied: number, selection: ReplaySelection): string =>
  `${copied} copied. How far ${selection.source.service} is: pipeline_replay_lag, or ${replayCommand(selection)} --dry-run`;

/** The command that makes the same replay, whenever it is given: it goes on where this one ended. */
export function replayCommand({ source, since, until, key, run }: ReplaySelection): string {
  return [
    `npm run ops -- replay --source ${source.lane.source.name.replace(/\.v1$/, '')}`,
    `--since ${toTime(since)} --until ${toTime(until)}`,
    ...(key === undefined ? [] : [`--key ${quoted(key)}`]),
    ...(run === '1' ? [] : [`--run ${quoted(run)}`]),
  ].join(' ');
}

const toTime = (ms: number): string => new Date(ms).toISOString();
