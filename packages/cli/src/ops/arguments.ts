import { toBackfill } from './backfill/arguments.ts';
import type { BackfillOptions } from './backfill/command.ts';
import { backfillUsage } from './backfill/usage.ts';
import { type AskOptions, type CatchUpOptions, toAsk, toCatchUp } from './catch-up/arguments.ts';
import { catchUpUsage } from './catch-up/usage.ts';
import { type ChannelSyncOptions, toChannelAudit, toChannelSync } from './channels/arguments.ts';
import type { AuditOptions } from './channels/auditCommand.ts';
import { channelsUsage } from './channels/usage.ts';
import { configUsage } from './config/usage.ts';
import { toList, toRedrive, toShow } from './dlq/arguments.ts';
import { serviceNames } from './dlq/letters.ts';
import type { ListOptions } from './dlq/list.ts';
import type { RedriveOptions } from './dlq/redrive.ts';
import type { ShowOptions } from './dlq/show.ts';
import { dlqUsage } from './dlq/usage.ts';
import { type ImportEventsOptions, toImportEvents } from './export-files/arguments.ts';
import { importEventsUsage } from './export-files/usage.ts';
import { flag, readOnlyFlags } from './flags.ts';
import { toMap, toMapTopic } from './map/arguments.ts';
import type { MapOptions } from './map/command.ts';
import type { TopicMapOptions } from './map/fromTopic.ts';
import { mapUsage } from './map/usage.ts';
import { toOrder } from './order/arguments.ts';
import type { OrderOptions } from './order/command.ts';
import { orderUsage } from './order/usage.ts';
import { toReplay } from './replay/arguments.ts';
import type { ReplayOptions } from './replay/command.ts';
import { replaySourceNames } from './replay/sources.ts';
import { replayUsage } from './replay/usage.ts';

export const usage = `npm run ops -- <command>, with the settings of Kafka, the registry and the prefixes that the services have

${orderUsage}
${dlqUsage}
${replayUsage}
${backfillUsage}
${catchUpUsage}
${channelsUsage}
${importEventsUsage}
${mapUsage}
${configUsage}

Sources: ${replaySourceNames.join(', ')}.
Services: ${serviceNames.join(', ')}. Durations: 90s, 30m, 2h, 7d. Exit code 1: nothing is known, something differs (map --diff, channels audit), or it failed; 2: wrong arguments or settings.`;

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
  | { readonly command: 'catch-up-orders'; readonly options: AskOptions }
  | { readonly command: 'channels-sync'; readonly options: ChannelSyncOptions }
  | { readonly command: 'channels-audit'; readonly options: AuditOptions }
  | { readonly command: 'import-events'; readonly options: ImportEventsOptions }
  | { readonly command: 'map'; readonly options: MapOptions }
  | { readonly command: 'map-topic'; readonly options: TopicMapOptions }
  | { readonly command: 'config-check'; readonly file: string }
  | { readonly command: 'config-import' }
  | { readonly command: 'config-schema' };

/**
 * Arguments → command. `now`: milliseconds since the epoch.
 * @throws UsageError that names the argument.
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
  if (first === 'catch-up' && second === 'fulfillmenttools')
    return { command: 'catch-up-orders', options: toAsk(rest) };
  if (first === 'catch-up') return { command: 'catch-up', options: toCatchUp(args.slice(1), now) };
  if (first === 'channels' && second === 'sync') return { command: 'channels-sync', options: toChannelSync(rest) };
  if (first === 'channels' && second === 'audit') return { command: 'channels-audit', options: toChannelAudit(rest) };
  if (first === 'backfill') return { command: 'backfill', options: toBackfill(args.slice(1), now) };
  if (first === 'map') return { command: 'map', options: toMap(args.slice(1)) };
  if (first === 'config' && second === 'check') return { command: 'config-check', file: toFile('config check', rest) };
  if (first === 'config' && second === 'import') {
    if (!readOnlyFlags(rest, { 'from-commercetools': flag })['from-commercetools'])
      throw new Error('config import needs --from-commercetools.');
    return { command: 'config-import' };
  }
  if (first === 'config' && second === 'schema') {
    readOnlyFlags(rest, {});
    return { command: 'config-schema' };
  }
  throw new Error(`There is no command ${[first, second].filter(Boolean).join(' ')}.`);
}

function toFile(command: string, positionals: readonly string[]): string {
  const [file] = positionals;
  if (file === undefined || positionals.length > 1) throw new Error(`${command} needs one file.`);
  return file;
}
