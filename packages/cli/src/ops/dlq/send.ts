import { setTimeout as sleep } from 'node:timers/promises';
import { noParts } from '@pipeline/fulfillment';
import { deadLetterTopics, type FulfillmentEvent, topics } from '@pipeline/schemas';
import { type RawMessage, redriveHeaders } from '@pipeline/streams';
import type { Codec } from '@pipeline/streams/avro';
import type { IHeaders, Producer } from 'kafkajs';
import type { Log, LogMessage } from '../kafka/log.ts';
import { type Letter, positionOf, type ServiceName } from './letters.ts';
import { toMarkHeaders } from './mark.ts';
import type { PlannedLetter } from './plan.ts';

export interface SendOptions {
  readonly log: Log;
  readonly service: ServiceName;
  readonly prefix: string;
  readonly codec: Pick<Codec, 'encode' | 'decode'>;
  readonly perSecond: number;
  readonly onSent: (sent: number) => void;
  /** Plans once more: redrive ids of what is still to be sent. */
  readonly planAgain: () => Promise<ReadonlySet<string>>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** Letters whose values are in memory at once. */
const CHUNK = 100;

/**
 * Sends letters back, each in a transaction with its mark, one after another. Returns how many were sent.
 *
 * The transactional id names the service: beginning fences every run that is still at it, and one that begins later
 * fences this one. What an earlier run marked while a person was being asked is found by planning again after that. So
 * no letter is sent by two runs.
 *
 * @throws Error that says how many were sent, and that running it again goes on.
 */
export async function sendBack(planned: readonly PlannedLetter[], options: SendOptions): Promise<number> {
  const { log, service, prefix, perSecond, onSent } = options;
  const producer = log.kafka.producer({
    transactionalId: `${prefix}ops-redrive-${service}`,
    idempotent: true,
    maxInFlightRequests: 1,
    allowAutoTopicCreation: false,
    transactionTimeout: 30_000,
    retry: { initialRetryTime: 10, retries: 20, maxRetryTime: 500, multiplier: 2 },
  });
  let sent = 0;
  try {
    await producer.connect();
    await fenceOthers(producer);
    const due = await options.planAgain();
    for (const chunk of chunksOf(planned.filter(({ redriveId }) => due.has(redriveId)))) {
      const values = await readValues(log, service, chunk);
      for (const plan of chunk) {
        const original = values.get(positionOf(plan.letter));
        if (!original) throw new Error(`Letter ${positionOf(plan.letter)} is not there any more.`);
        const startedAt = performance.now();
        await sendOne(producer, { plan, original, options });
        onSent(++sent);
        await sleep(Math.max(0, 1_000 / perSecond - (performance.now() - startedAt)));
      }
    }
    return sent;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Stopped after ${sent} of ${planned.length}: ${why}\nRun the same command again: what was sent is on record and is not sent twice.`,
      { cause },
    );
  } finally {
    await producer.disconnect();
  }
}

/** kafkajs takes the transactional id over with the first transaction, not when it connects. */
async function fenceOthers(producer: Producer): Promise<void> {
  const empty = await producer.transaction();
  await empty.abort();
}

interface OneLetter {
  readonly plan: PlannedLetter;
  readonly original: RawMessage;
  readonly options: SendOptions;
}

async function sendOne(producer: Producer, { plan, original, options }: OneLetter): Promise<void> {
  const { letter, also, topic, partition, redriveId, asEvent } = plan;
  const { log, service, now } = options;
  const headers: IHeaders = { ...redriveHeaders(letter.letter, redriveId) };
  const value = asEvent ? await toEmptyEvent(plan, original, options) : original.value;
  const at = new Date(now()).toISOString();
  const marks = [letter, ...also].map(({ partition: own, offset }) => ({
    partition: own,
    key: letter.letter.record.key,
    value: null,
    headers: { ...toMarkHeaders({ offset, redriveId, at, to: `${topic}/${partition}` }) },
  }));
  const transaction = await producer.transaction();
  try {
    await transaction.sendBatch({
      acks: -1,
      topicMessages: [
        { topic, messages: [{ partition, key: letter.letter.record.key, value, headers }] },
        { topic: log.nameOf(deadLetterTopics[service]), messages: marks },
      ],
    });
  } catch (error) {
    await transaction.abort().catch(() => undefined);
    throw error;
  }
  await transaction.commit();
}

/** Says nothing about the order, so that it changes no state: only its headers matter. */
async function toEmptyEvent(
  { letter, redriveId }: PlannedLetter,
  original: RawMessage,
  { codec, now }: SendOptions,
): Promise<Buffer> {
  const { orderId, instance, projectKey, placements } = await codec.decode(
    topics.fulfillmentOrders,
    original.value ?? Buffer.alloc(0),
  );
  const event: FulfillmentEvent = {
    type: 'Unknown',
    provider: placements[0]?.provider ?? '',
    instance,
    projectKey,
    orderId,
    processId: null,
    providerOrderId: null,
    tenantOrderId: null,
    eventId: redriveId,
    cause: 'redrive',
    occurredAt: letter.letter.origin.timestamp,
    receivedAt: now(),
    ...noParts,
  };
  return codec.encode(topics.fulfillmentEvents, event);
}

/** In order, each of one partition. */
function chunksOf(planned: readonly PlannedLetter[]): PlannedLetter[][] {
  const chunks: PlannedLetter[][] = [];
  for (const plan of planned) {
    const last = chunks.at(-1);
    if (last && last.length < CHUNK && last[0]?.letter.partition === plan.letter.partition) last.push(plan);
    else chunks.push([plan]);
  }
  return chunks;
}

async function readValues(
  log: Log,
  service: ServiceName,
  chunk: readonly PlannedLetter[],
): Promise<ReadonlyMap<string, LogMessage>> {
  const letters = chunk.map(({ letter }) => letter);
  const wanted = new Set(letters.map(positionOf));
  const messages = await log.read([{ topic: deadLetterTopics[service], ...spanOf(letters) }], (message) =>
    wanted.has(positionOf(message)),
  );
  return new Map(messages.map((message) => [positionOf(message), message]));
}

function spanOf(letters: readonly Letter[]) {
  const offsets = letters.map(({ offset }) => offset);
  const from = offsets.reduce((a, b) => (a < b ? a : b));
  const to = offsets.reduce((a, b) => (a > b ? a : b)) + 1n;
  return { partitions: [letters[0]?.partition ?? 0], range: { from, to } };
}
