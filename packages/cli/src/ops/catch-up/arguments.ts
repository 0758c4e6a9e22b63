import { parseMoment, parseRate } from '../duration.ts';
import { flag, readFlags, text } from '../flags.ts';

export interface CatchUpOptions {
  readonly from: 'messages' | 'orders';
  /** What happened in `[since, until)`, milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  readonly perSecond: number;
  readonly dryRun: boolean;
  readonly json: boolean;
}

export interface AskOptions {
  /** Order numbers, or ids of commercetools or fulfillmenttools. */
  readonly ids: readonly string[];
  readonly dryRun: boolean;
  readonly json: boolean;
}

/** What cannot always be queried yet. */
const LAG_MS = 60_000;
/** Notifications per second, unless said otherwise. */
export const DEFAULT_RATE = 20;

/**
 * Arguments after `catch-up`. `now`: milliseconds since the epoch.
 * @throws Error that names the argument.
 */
export function toCatchUp(args: readonly string[], now: number): CatchUpOptions {
  const { values, positionals } = readFlags(args, {
    since: text,
    until: text,
    from: { ...text, default: 'messages' },
    rate: { ...text, default: `${DEFAULT_RATE}/s` },
    'dry-run': flag,
    json: flag,
  });
  if (positionals.length !== 1 || positionals[0] !== 'commercetools')
    throw new Error(
      'catch-up needs the name of the vendor: catch-up commercetools, or catch-up fulfillmenttools <order>.',
    );
  const { from, json } = values;
  if (from !== 'messages' && from !== 'orders') throw new Error('--from is messages or orders.');
  if (values.since === undefined) throw new Error('catch-up needs --since.');
  const since = parseMoment('--since', values.since, now);
  const until = values.until === undefined ? now - LAG_MS : parseMoment('--until', values.until, now);
  if (since >= until) throw new Error('--since must be before --until, which is a minute ago unless it is given.');
  if (until > now) throw new Error('--until must not be in the future.');
  return { from, since, until, perSecond: parseRate('--rate', values.rate), dryRun: values['dry-run'], json };
}

/**
 * Arguments after `catch-up fulfillmenttools`.
 * @throws Error that names the argument.
 */
export function toAsk(args: readonly string[]): AskOptions {
  const { values, positionals } = readFlags(args, { 'dry-run': flag, json: flag });
  if (positionals.length === 0)
    throw new Error('catch-up fulfillmenttools needs orders: their numbers, or ids of either vendor.');
  return { ids: [...new Set(positionals)], dryRun: values['dry-run'], json: values.json };
}
