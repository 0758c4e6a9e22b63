import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import { parseDuration, parseMoment } from './duration.ts';

/** An option with a value. */
export const text = { type: 'string' } as const;
export const flag = { type: 'boolean', default: false } as const;

/** @throws Error that names an unknown or incomplete argument. */
export const readFlags = <Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) =>
  parseArgs({ args: [...args], options, allowPositionals: true, strict: true });

/** The same of a command that takes nothing else. */
export function readOnlyFlags<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  const { values, positionals } = readFlags(args, options);
  const [extra] = positionals;
  if (extra !== undefined) throw new Error(`${extra} is not an argument of this command.`);
  return values;
}

export function toPeriod(since: string, until: string | undefined, now: number) {
  const period = {
    since: parseMoment('--since', since, now),
    until: until === undefined ? now : parseMoment('--until', until, now),
  };
  if (period.since >= period.until) throw new Error('--since must be before --until.');
  return period;
}

export const toSince = (since: string | undefined, now: number): number | undefined =>
  since === undefined ? undefined : now - parseDuration('--since', since);
