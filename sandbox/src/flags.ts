import { parseArgs, type ParseArgsConfig } from 'node:util';
import { chooseSeed, MAX_SEED } from './harsh/settings.ts';

/** Something is wrong with the arguments: print it, and how to get help. */
export class UsageError extends Error {}

/** As `parseArgs` of Node, but `--n -1` is a value. @throws UsageError that names the flag. */
export function readFlags<Config extends ParseArgsConfig>(config: Config): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs({ ...config, ...(config.args && { args: joinNegatives(config.args) }) } as Config);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

/** Node takes `-1` for a flag and says much about that; as `--n=-1` it comes to whoever knows the bounds. */
function joinNegatives(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const arg of args) {
    const before = joined.at(-1) ?? '';
    if (/^-\d/.test(arg) && /^--[^=]+$/.test(before)) joined.splice(-1, 1, `${before}=${arg}`);
    else joined.push(arg);
  }
  return joined;
}

/** @throws UsageError that names the flag and its bounds. */
export function whole(flag: string, text: string, min: number, max: number): number {
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new UsageError(`${flag} is "${text}", but must be a whole number from ${min} to ${max}.`);
}

/** As `whole`, with decimal places. @throws UsageError that names the flag and its bounds. */
export function decimal(flag: string, text: string, min: number, max: number): number {
  const value = text.trim() === '' ? Number.NaN : Number(text);
  if (value >= min && value <= max) return value;
  throw new UsageError(`${flag} is "${text}", but must be a number from ${min} to ${max}.`);
}

/** Of `--seed`; without one any. @throws UsageError that names the flag and its bounds. */
export const seedOf = (text: string | undefined): number =>
  text === undefined ? chooseSeed() : whole('--seed', text, 0, MAX_SEED);
