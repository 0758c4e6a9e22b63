import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type { BackfillOptions } from './backfill/command.ts';
import { sendableStates } from './backfill/selection.ts';
import { type CatchUpOptions, toCatchUp } from './catch-up/arguments.ts';
import { catchUpUsage } from './catch-up/usage.ts';
import { type LetterFilter, type ServiceName, serviceNames } from './dlq/letters.ts';
import type { ListOptions } from './dlq/list.ts';
import type { RedriveOptions } from './dlq/redrive.ts';
import type { ShowOptions } from './dlq/show.ts';
import { parseDuration, parseMoment, parseRate } from './duration.ts';
import { type ImportEventsOptions, toImportEvents } from './export-files/arguments.ts';
import { importEventsUsage } from './export-files/usage.ts';
import type { MapOptions } from './map/command.ts';
import type { TopicMapOptions } from './map/fromTopic.ts';
import type { OrderOptions } from './order/command.ts';
import type { ReplayOptions } from './replay/command.ts';
import { parseReplaySource, replaySourceNames } from './replay/sources.ts';

export const usage = `npm run ops -- <command>, with the settings of Kafka, the registry and the prefixes that the services have

  order <order number | commercetools order id | fulfillmenttools order id>
      What is known of an order, what it waits for, and the next step. No personal data.
    --since 14d           how far back to read what happened (default 7d, or since it was placed)
    --all                 everything that happened, not only the last 30
    --status-preset P     docs or connector: STATUS_PRESET of status-writer (default docs)
    --json
  dlq list
      Dead letters by service, code and stage, with the next step for each.
    --service S --code C --key K --since 2h --json
  dlq show <service> <partition>:<offset>
      One letter: its headers and why it is there.
    --value               also what it says. That is personal data.
    --json
  dlq redrive --service S
      Sends dead letters back to the topic and partition that they came from, each once.
    --code C --key K --since 2h --letter <partition>:<offset>
    --dry-run             says what would be sent and changes nothing
    --yes                 does not ask
    --rate 20/s           letters per second (default 20/s)
    --max-replays 3       leaves out what has come back so often
    --again               also what an earlier run has sent back
    --as-event            status-writer: letters from the ledger never go back there; an empty event is sent in their place,
                          which makes it try again what commercetools refused
    --json
  replay --source S
      Copies messages of a topic into its replay lane; the services handle them once more beside live ones, which go first.
    --since 2d            from here on: so long ago, or a time as 2026-11-21T10:00:00Z
    --until T             up to here (default: now)
    --order <id>          only of this commercetools order; not for fulfillmenttools.notifications
    --key K               only with this key
    --dry-run             says what would be copied and changes nothing
    --yes                 does not ask
    --rate 200/s          messages per second (default 200/s); how fast the services take them is REPLAY_MAX_RATE
    --run 2               another text (default 1) is another replay: what was copied under this one is left out
    --json
${catchUpUsage}
${importEventsUsage}
  map <order.json | order id | order number>
      What a commercetools order would become at fulfillmenttools, why, and what is left out. Sends nothing, needs no
      Kafka; takes the mapping settings of order-router. An order that is no file is read from commercetools, with the
      settings CTP_*. The order is printed whole, with its personal data.
    --config F            a pipeline.yaml (default PIPELINE_CONFIG)
    --method K            key of the order's shipping method, where the file has only its id
    --held                as for a payment state in which orders are locked
    --json
  map --from-topic --since 2d
      The same for all confirmed orders of commerce.orders.v1: how many cannot be sent or not whole, and which. No personal
      data. Exit code 1: one cannot be sent.
    --diff old.yaml       instead: what differs from the mapping with this file, by field. Exit code 1: something does
    --until T             up to here (default: now)
    --values              also what the fields hold before and after. That is personal data.
    --most 20             orders that are named (default 20)
    --config F --held --json
  config check <pipeline.yaml>
      Says what is wrong with it, each problem with its line and field.
  config schema
      Its JSON Schema, for editors.
  config import --from-commercetools
      Prints a pipeline.yaml that says what the vendor's connector is configured to do in this project, by its custom
      object. Needs the settings CTP_*.

Sources: ${replaySourceNames.join(', ')}.
Services: ${serviceNames.join(', ')}. Durations: 90s, 30m, 2h, 7d. Exit code 1: nothing is known, something differs (map --diff), or it failed; 2: wrong arguments.`;

export class UsageError extends Error {}

export type Command =
  | { readonly command: 'help' }
  | { readonly command: 'order'; readonly options: OrderOptions }
  | { readonly command: 'list'; readonly options: ListOptions }
  | { readonly command: 'show'; readonly options: ShowOptions }
  | { readonly command: 'redrive'; readonly options: RedriveOptions }
  | { readonly command: 'replay'; readonly options: ReplayOptions }
  | { readonly command: 'backfill'; readonly options: BackfillOptions }
  | { readonly command: 'catch-up'; readonly options: CatchUpOptions }
  | { readonly command: 'import-events'; readonly options: ImportEventsOptions }
  | { readonly command: 'map'; readonly options: MapOptions }
  | { readonly command: 'map-topic'; readonly options: TopicMapOptions }
  | { readonly command: 'config-check'; readonly file: string }
  | { readonly command: 'config-import' }
  | { readonly command: 'config-schema' };

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;

/**
 * Arguments → command. `now`: milliseconds since the epoch.
 * @throws UsageError that names the argument; print it with the usage.
 */
export function parseArguments(args: readonly string[], now: number): Command {
  try {
    return parse(args, now);
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}

function parse(args: readonly string[], now: number): Command {
  const [first, second, ...rest] = args;
  if (first === undefined || first === 'help' || args.includes('--help')) return { command: 'help' };
  if (first === 'order') return { command: 'order', options: toOrder(args.slice(1), now) };
  if (first === 'dlq' && second === 'list') return { command: 'list', options: toList(rest, now) };
  if (first === 'dlq' && second === 'show') return { command: 'show', options: toShow(rest) };
  if (first === 'dlq' && second === 'redrive') return { command: 'redrive', options: toRedrive(rest, now) };
  if (first === 'replay') return { command: 'replay', options: toReplay(args.slice(1), now) };
  if (first === 'map' && args.includes('--from-topic'))
    return { command: 'map-topic', options: toMapTopic(args.slice(1), now) };
  if (first === 'import-events') return { command: 'import-events', options: toImportEvents(args.slice(1), now) };
  if (first === 'catch-up') return { command: 'catch-up', options: toCatchUp(args.slice(1), now) };
  if (first === 'backfill') return { command: 'backfill', options: toBackfill(args.slice(1), now) };
  if (first === 'map') return { command: 'map', options: toMap(args.slice(1)) };
  if (first === 'config' && second === 'check') return { command: 'config-check', file: toFile('config check', rest) };
  if (first === 'config' && second === 'import') {
    const { values } = withoutPositionals(parsed(rest, { 'from-commercetools': flag }));
    if (!values['from-commercetools']) throw new Error('config import needs --from-commercetools.');
    return { command: 'config-import' };
  }
  if (first === 'config' && second === 'schema') {
    withoutPositionals(parsed(rest, {}));
    return { command: 'config-schema' };
  }
  throw new Error(`There is no command ${[first, second].filter(Boolean).join(' ')}.`);
}

const parsed = <Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) =>
  parseArgs({ args: [...args], options, allowPositionals: true, strict: true });

function toOrder(args: readonly string[], now: number): OrderOptions {
  const { values, positionals } = parsed(args, { since: text, all: flag, json: flag, 'status-preset': text });
  const [id] = positionals;
  if (id === undefined || positionals.length > 1) throw new Error('order needs one number or id.');
  const preset = values['status-preset'] ?? 'docs';
  if (preset !== 'docs' && preset !== 'connector') throw new Error('--status-preset is docs or connector.');
  return { id, since: toSince(values.since, now), all: values.all, json: values.json, preset };
}

function toList(args: readonly string[], now: number): ListOptions {
  const { values } = withoutPositionals(
    parsed(args, { service: text, code: text, key: text, since: text, json: flag }),
  );
  const services = values.service === undefined ? serviceNames : [toService(values.service)];
  return { services, filter: toFilter(values, now), json: values.json };
}

function toShow(args: readonly string[]): ShowOptions {
  const { values, positionals } = parsed(args, { value: flag, json: flag });
  const [service, position] = positionals;
  if (service === undefined || position === undefined || positionals.length > 2)
    throw new Error('dlq show needs a service and partition:offset, e.g. order-router 3:17.');
  return { service: toService(service), position, ...values };
}

function toRedrive(args: readonly string[], now: number): RedriveOptions {
  const { values } = withoutPositionals(
    parsed(args, {
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
    }),
  );
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

function toReplay(args: readonly string[], now: number): ReplayOptions {
  const { values } = withoutPositionals(
    parsed(args, {
      source: text,
      since: text,
      until: text,
      order: text,
      key: text,
      rate: { ...text, default: '200/s' },
      run: { ...text, default: '1' },
      'dry-run': flag,
      yes: flag,
      json: flag,
    }),
  );
  if (values.source === undefined) throw new Error('replay needs --source.');
  if (values.since === undefined) throw new Error('replay needs --since.');
  const source = parseReplaySource(values.source);
  if (values.order !== undefined && values.key !== undefined) throw new Error('Either --order or --key.');
  if (values.order !== undefined && !source.keyedByOrder)
    throw new Error(
      `${values.source} is keyed by the process: \`npm run ops -- order ${values.order}\` shows its id for --key.`,
    );
  const { since, until } = toPeriod(values.since, values.until, now);
  const { run, yes, json } = values;
  const perSecond = parseRate('--rate', values.rate);
  return {
    source,
    since,
    until,
    key: values.order ?? values.key,
    run,
    perSecond,
    dryRun: values['dry-run'],
    yes,
    json,
  };
}

function toBackfill(args: readonly string[], now: number): BackfillOptions {
  const { values } = withoutPositionals(
    parsed(args, {
      from: text,
      to: text,
      state: { ...text, multiple: true },
      order: { ...text, multiple: true },
      rate: { ...text, default: '50/s' },
      run: { ...text, default: '1' },
      'dry-run': flag,
      yes: flag,
      json: flag,
    }),
  );
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

function toMap(args: readonly string[]): MapOptions {
  const { values, positionals } = parsed(args, { config: text, method: text, held: flag, json: flag });
  const [order] = positionals;
  if (order === undefined || positionals.length > 1) throw new Error('map needs one file, order id or order number.');
  const { config, method, held, json } = values;
  return { order, config, method, held, json };
}

function toMapTopic(args: readonly string[], now: number): TopicMapOptions {
  const { values } = withoutPositionals(
    parsed(args, {
      'from-topic': flag,
      since: text,
      until: text,
      config: text,
      diff: text,
      most: { ...text, default: '20' },
      values: flag,
      held: flag,
      json: flag,
    }),
  );
  if (values.since === undefined) throw new Error('map --from-topic needs --since.');
  if (!/^\d{1,4}$/.test(values.most)) throw new Error(`--most is "${values.most}", but must be a number up to 9999.`);
  const { config, diff, held, json } = values;
  const period = toPeriod(values.since, values.until, now);
  return { ...period, config, diff, values: values.values, held, most: Number(values.most), json };
}

function toPeriod(since: string, until: string | undefined, now: number) {
  const period = {
    since: parseMoment('--since', since, now),
    until: until === undefined ? now : parseMoment('--until', until, now),
  };
  if (period.since >= period.until) throw new Error('--since must be before --until.');
  return period;
}

function toFile(command: string, positionals: readonly string[]): string {
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error(`${command} needs one file.`);
  return file;
}

function withoutPositionals<Parsed extends { readonly positionals: readonly string[] }>(result: Parsed): Parsed {
  const [extra] = result.positionals;
  if (extra !== undefined) throw new Error(`${extra} is not an argument of this command.`);
  return result;
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

const toSince = (since: string | undefined, now: number): number | undefined =>
  since === undefined ? undefined : now - parseDuration('--since', since);

const toFilter = (
  { code, key, since }: { code?: string | undefined; key?: string | undefined; since?: string | undefined },
  now: number,
): LetterFilter => ({ code, key, since: toSince(since, now) });
