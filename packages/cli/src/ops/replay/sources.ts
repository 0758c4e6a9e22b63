import { type ReplayLane, replayTopics } from '@pipeline/schemas';

/** A source that can be replayed. */
export interface ReplaySource {
  readonly lane: ReplayLane;
  /** Service, and consumer group without its prefix, that reads the source and its lane. */
  readonly service: string;
  readonly keyedBy: 'order' | 'process' | 'channel';
}

const sources: readonly ReplaySource[] = [
  { lane: replayTopics.commercetoolsNotifications, service: 'ingest-ct', keyedBy: 'order' },
  { lane: replayTopics.commerceOrders, service: 'order-router', keyedBy: 'order' },
  { lane: replayTopics.fulfillmenttoolsNotifications, service: 'ingest-fft', keyedBy: 'process' },
  { lane: replayTopics.fulfillmentEvents, service: 'status-writer', keyedBy: 'order' },
  { lane: replayTopics.commerceChannels, service: 'facility-sync', keyedBy: 'channel' },
];

const shortName = ({ lane }: ReplaySource): string => lane.source.name.replace(/\.v1$/, '');

/** As `--source` takes them. */
export const replaySourceNames: readonly string[] = sources.map(shortName);

/**
 * `commerce.orders` or `commerce.orders.v1` → the source.
 * @throws Error that names the sources.
 */
export function parseReplaySource(name: string): ReplaySource {
  const found = sources.find((source) => [shortName(source), source.lane.source.name].includes(name));
  if (found) return found;
  const state = 'The ledger, states and links cannot be replayed: they are what is known.';
  throw new Error(`--source is "${name}", but must be one of ${replaySourceNames.join(', ')}. ${state}`);
}
