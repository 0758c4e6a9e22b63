import { parseMoment, parseRate } from '../duration.ts';
import { flag, readFlags, text } from '../flags.ts';
import type { ImportSelection } from './lane.ts';

export interface ImportEventsOptions extends ImportSelection {
  readonly files: readonly string[];
  readonly perSecond: number;
  readonly dryRun: boolean;
  /** Nobody is asked. */
  readonly yes: boolean;
  readonly json: boolean;
}

/**
 * Arguments after `import-events`. `now`: milliseconds since the epoch.
 * @throws Error that names the argument.
 */
export function toImportEvents(args: readonly string[], now: number): ImportEventsOptions {
  const { values, positionals: files } = readFlags(args, {
    ...{ since: text, until: text, rate: { ...text, default: '200/s' }, run: { ...text, default: '1' } },
    ...{ 'dry-run': flag, yes: flag, json: flag },
  });
  if (files.length === 0) throw new Error('import-events needs at least one file.');
  const moment = (name: '--since' | '--until', value: string | undefined): number | undefined =>
    value === undefined ? undefined : parseMoment(name, value, now);
  const since = moment('--since', values.since);
  const until = moment('--until', values.until);
  if (since !== undefined && until !== undefined && since >= until) throw new Error('--since must be before --until.');
  const { run, yes, json } = values;
  const perSecond = parseRate('--rate', values.rate);
  return { files: [...new Set(files)], since, until, run, perSecond, dryRun: values['dry-run'], yes, json };
}
