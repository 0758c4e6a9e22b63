import type { ImportEventsOptions } from './arguments.ts';
import { quoted } from '../quoted.ts';
import type { PlannedFile } from './command.ts';
import { sumOf, type Tally } from './readEvents.ts';

/** Bad lines that a person is shown; --json has more. */
const MOST_SHOWN = 20;

/** What the files hold, for a person. */
export function describeImport(tally: Tally, files: readonly PlannedFile[], lane: string): string[] {
  const { events, others, outside, bad, badLines } = tally;
  const started = files.filter(({ fromLine }) => fromLine > 0);
  return [
    `${sumOf(events)} events about orders in ${files.length} ${files.length === 1 ? 'file' : 'files'} → ${lane}`,
    ...[...events].sort().map(([name, count]) => `  ${name}: ${count}`),
    ...started.map(({ file, fromLine }) => `  of ${file} all before line ${fromLine} is in the lane already`),
    ...(others.size > 0 ? [`${sumOf(others)} about something else: ${[...others.keys()].sort().join(', ')}`] : []),
    ...(outside > 0 ? [`${outside} were not created between --since and --until.`] : []),
    ...(bad > 0 ? [`${bad} cannot be used:`] : []),
    ...badLines.slice(0, MOST_SHOWN).map((line) => `  ${line}`),
    ...(bad > MOST_SHOWN ? [`  and ${bad - MOST_SHOWN} more`] : []),
  ];
}

export const toReport = ({
  tally: { events, others, outside, bad, badLines },
  files,
  sent,
  options: { since, until, run },
  lane,
}: {
  readonly tally: Tally;
  readonly files: readonly PlannedFile[];
  readonly sent: number;
  readonly options: ImportEventsOptions;
  readonly lane: string;
}) => ({
  lane,
  since: toTime(since),
  until: toTime(until),
  run,
  files,
  events: Object.fromEntries(events),
  others: Object.fromEntries(others),
  outside,
  bad,
  badLines,
  sent,
});

/** The command that makes the same import, whenever it is given: it goes on where this one ended. */
export function importCommand({ files, since, until, run }: ImportEventsOptions): string {
  return [
    `npm run ops -- import-events ${files.map(quoted).join(' ')}`,
    ...(since === undefined ? [] : [`--since ${toTime(since)}`]),
    ...(until === undefined ? [] : [`--until ${toTime(until)}`]),
    ...(run === '1' ? [] : [`--run ${quoted(run)}`]),
    '--yes',
  ].join(' ');
}

const toTime = (ms: number | undefined): string | undefined =>
  ms === undefined ? undefined : new Date(ms).toISOString();
