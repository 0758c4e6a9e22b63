import { type CommerceOrderEvent, topics } from '@pipeline/schemas';
import type { Environment } from '@pipeline/service-kit';
import { isPipelineError } from '@pipeline/streams';
import { type Codec, createCodec } from '@pipeline/streams/avro';
import { type Log, withLog } from '../kafka/log.ts';
import { toSlices } from '../kafka/slices.ts';
import { type Output, toJson } from '../output.ts';
import { createProgress } from '../progress.ts';
import { checkGaps } from '../replay/plan.ts';
import type { OpsTarget } from '../target.ts';
import { describeTally } from './describeTally.ts';
import { toDifferences, toShortcomings } from './difference.ts';
import { type Mapper, openMapper } from './policy.ts';
import { createTally } from './tally.ts';

export interface TopicMapOptions {
  /** What Kafka took in `[since, until)`, milliseconds since the epoch. */
  readonly since: number;
  readonly until: number;
  /** Path of a pipeline.yaml; undefined: PIPELINE_CONFIG, or none. */
  readonly config: string | undefined;
  /** Path of the pipeline.yaml to compare with; undefined: none, what cannot be sent and what is left out is shown. */
  readonly diff: string | undefined;
  /** Shows also what the fields hold: personal data. */
  readonly values: boolean;
  readonly held: boolean;
  /** Orders that are named at most. */
  readonly most: number;
  readonly json: boolean;
}

/** Of each partition at once, so that memory does not grow with the topic. */
const CHUNK = 100n;

/**
 * Maps the confirmed orders that commerce.orders.v1 holds, with one pipeline.yaml or with two. Writes and sends nothing.
 * Returns 1 when an order differs; without a file to compare with when one cannot be sent.
 */
export async function mapFromTopic(
  { env, target }: { readonly env: Environment; readonly target: OpsTarget },
  options: TopicMapOptions,
  { out, err }: Output,
): Promise<number> {
  const { config, diff, values, json } = options;
  // What the shop's own code says of an order may be personal.
  const print = values ? err : () => undefined;
  await using mapper = await openMapper({ env, print }, config);
  await using old = diff === undefined ? undefined : await openMapper({ env, print }, diff);
  const codec = createCodec({ ...target, topics: [topics.commerceOrders] });
  const read = await withLog({ target, topics: [topics.commerceOrders], say: err }, (log) =>
    readAll(log, { codec, options, say: err, mapper, old }),
  );
  const report = { mapping: mapper.version, comparedWith: old?.version ?? null, ...read };
  if (json) out(toJson(values ? report : { ...report, orders: report.orders.map(withoutValues) }));
  else describeTally(report, { values }).forEach((line) => out(line));
  const refusals = report.kinds.some(({ kind }) => kind.startsWith('refused '));
  return (old ? report.differing > 0 : refusals) ? 1 : 0;
}

export type TopicReport = Awaited<ReturnType<typeof readAll>> & {
  readonly mapping: string;
  readonly comparedWith: string | null;
};

interface Reading {
  readonly codec: Pick<Codec, 'decode'>;
  readonly options: TopicMapOptions;
  readonly say: (line: string) => void;
  readonly mapper: Mapper;
  readonly old: Mapper | undefined;
}

async function readAll(log: Log, { codec, options, say, mapper, old }: Reading) {
  const { held, most } = options;
  const tally = createTally(most);
  const progress = createProgress(say);
  let [withoutOrder, unreadable, read] = [0, 0, 0];
  let open = await planOf(log, options);
  const total = open.reduce((sum, { from, to }) => sum + Number(to - from), 0);
  while (open.length > 0) {
    const parts = open.map(({ partition, from, to }) => ({
      topic: topics.commerceOrders,
      partitions: [partition],
      range: { from, to: min(to, from + CHUNK) },
    }));
    for (const { value } of await log.read(parts, ({ value: bytes }) => bytes !== null)) {
      const event = await decode(codec, value ?? Buffer.alloc(0));
      if (!event) unreadable++;
      else if (event.type === 'OrderConfirmed' && !event.order) withoutOrder++;
      if (event?.type !== 'OrderConfirmed' || !event.order) continue;
      const { order, projectKey } = event;
      const how = { held, projectKey };
      const after = await mapper.explain(order, how);
      const before = await old?.explain(order, how);
      // Both divide it in the same way: that is no matter of the mapping.
      const differences = after.flatMap((part, at) => {
        const was = before?.[at];
        return was ? toDifferences(was, part) : toShortcomings(part);
      });
      tally.add({ orderId: order.id, orderNumber: order.orderNumber, differences });
    }
    checkGaps(log);
    read += parts.reduce((sum, { range: { from, to } }) => sum + Number(to - from), 0);
    progress({ read, total });
    open = open.map((slice) => ({ ...slice, from: slice.from + CHUNK })).filter(({ from, to }) => from < to);
  }
  return { read, withoutOrder, unreadable, ...tally.result() };
}

async function planOf(log: Log, { since, until }: TopicMapOptions) {
  const name = log.nameOf(topics.commerceOrders);
  const starts = await toSlices(log.kafka, [{ name, since }]);
  const ends = await toSlices(log.kafka, [{ name, since: until }]);
  const endOf = new Map(ends.map(({ partition, from }) => [partition, from]));
  return starts
    .map(({ partition, from }) => ({ partition, from, to: endOf.get(partition) ?? from }))
    .filter(({ from, to }) => from < to);
}

/** undefined: it cannot be read. */
async function decode(codec: Pick<Codec, 'decode'>, value: Buffer): Promise<CommerceOrderEvent | undefined> {
  try {
    return await codec.decode(topics.commerceOrders, value);
  } catch (error) {
    if (!isPipelineError(error) || error.errorClass !== 'permanent') throw error;
    return undefined;
  }
}

const withoutValues = ({ differences, ...order }: TopicReport['orders'][number]) => ({
  ...order,
  differences: differences.map(({ change, path }) => ({ change, path })),
});

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
