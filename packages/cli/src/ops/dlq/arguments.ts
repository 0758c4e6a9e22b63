import { parseRate } from '../duration.ts';
import { flag, readFlags, readOnlyFlags, text, toSince } from '../flags.ts';
import { parsePosition } from '../kafka/positions.ts';
import { type LetterFilter, type ServiceName, serviceNames } from './letters.ts';
import type { ListOptions } from './list.ts';
import type { RedriveOptions } from './redrive.ts';
import type { ShowOptions } from './show.ts';

/**
 * Arguments after `dlq list`. `now`: milliseconds since the epoch.
 * @throws Error that names the argument.
 */
export function toList(args: readonly string[], now: number): ListOptions {
  const values = readOnlyFlags(args, { service: text, code: text, key: text, since: text, json: flag });
  const services = values.service === undefined ? serviceNames : [toService(values.service)];
  return { services, filter: toFilter(values, now), json: values.json };
}

/** Arguments after `dlq show`. @throws Error that names the argument. */
export function toShow(args: readonly string[]): ShowOptions {
  const { values, positionals } = readFlags(args, { value: flag, json: flag });
  const [service, place] = positionals;
  if (service === undefined || place === undefined || positionals.length > 2)
    throw new Error('dlq show needs a service and partition:offset, e.g. order-router 3:17.');
  const position = parsePosition(place);
  if (!position) throw new Error(`${place} is no position; it is partition:offset, e.g. 3:17.`);
  return { service: toService(service), position, ...values };
}

/**
 * Arguments after `dlq redrive`. `now`: milliseconds since the epoch.
 * @throws Error that names the argument.
 */
export function toRedrive(args: readonly string[], now: number): RedriveOptions {
  const values = readOnlyFlags(args, {
    service: text,
    code: text,
    key: text,
    since: text,
    letter: text,
    rate: { ...text, default: '20/s' },
    'max-replays': { ...text, default: '3' },
    'dry-run': flag,
    'as-event': flag,
    yes: flag,
    again: flag,
    json: flag,
  });
  if (values.service === undefined) throw new Error('dlq redrive needs --service.');
  const maxReplays = values['max-replays'];
  if (!/^[1-9]\d{0,3}$/.test(maxReplays))
    throw new Error(`--max-replays is "${maxReplays}", but must be a number from 1.`);
  const { yes, again, json } = values;
  return {
    service: toService(values.service),
    filter: {
      ...toFilter(values, now),
      ...(values.letter === undefined ? {} : { position: toPosition(values.letter) }),
    },
    maxReplays: Number(maxReplays),
    perSecond: parseRate('--rate', values.rate),
    dryRun: values['dry-run'],
    asEvent: values['as-event'],
    ...{ yes, again, json },
  };
}

function toPosition(position: string): string {
  if (!/^\d+:\d+$/.test(position))
    throw new Error(`--letter is "${position}", but must be partition:offset, e.g. 3:17.`);
  return position;
}

function toService(name: string): ServiceName {
  const service = serviceNames.find((known) => known === name);
  if (service) return service;
  throw new Error(`${name} is no service; there are ${serviceNames.join(', ')}.`);
}

const toFilter = (
  { code, key, since }: { code?: string | undefined; key?: string | undefined; since?: string | undefined },
  now: number,
): LetterFilter => ({ code, key, since: toSince(since, now) });
