import { withLeaders } from '@pipeline/streams/kafka';
import type { Admin, Kafka } from 'kafkajs';
import type { Slice } from './sliceReader.ts';

/** What to read of a topic. */
export interface Bounds {
  /** (Default: all.) */
  readonly partitions?: readonly number[];
  /** Only what Kafka took at or after this time, milliseconds since the epoch. (Default: all) */
  readonly since?: number | undefined;
  /** Only these offsets: `[from, to)`. */
  readonly range?: { readonly from: bigint; readonly to: bigint };
}

/** The slices of these topics that hold what is there now, of each topic by partition. `name`: as deployed. */
export const toSlices = (kafka: Kafka, parts: readonly (Bounds & { readonly name: string })[]): Promise<Slice[]> =>
  withLeaders(kafka, async (admin) => {
    const slices: Slice[] = [];
    for (const { name, ...bounds } of parts) slices.push(...(await slicesOf(admin, name, bounds)));
    return slices;
  });

async function slicesOf(admin: Admin, name: string, { partitions, since, range }: Bounds): Promise<Slice[]> {
  const ends = await admin.fetchTopicOffsets(name);
  const starts = since === undefined ? undefined : await admin.fetchTopicOffsetsByTimestamp(name, since);
  // Kafka names the partitions in any order.
  const inOrder = ends.toSorted((a, b) => a.partition - b.partition);
  return inOrder.flatMap(({ partition, low, high }) => {
    if (partitions && !partitions.includes(partition)) return [];
    const [first, end] = [BigInt(low), BigInt(high)];
    if (range) return [{ topic: name, partition, from: max(first, range.from), to: min(end, range.to) }];
    const start = starts?.find((entry) => entry.partition === partition)?.offset;
    // -1: nothing is that young.
    const from = start === undefined ? first : BigInt(start) < 0n ? end : max(first, BigInt(start));
    return [{ topic: name, partition, from, to: end }];
  });
}

const max = (a: bigint, b: bigint): bigint => (a > b ? a : b);
const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);
