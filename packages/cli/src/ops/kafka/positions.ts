import { partitionOf } from '@pipeline/streams';

/** Partitions in which these keys lie, ascending, each once. */
export const partitionsOf = (keys: Iterable<string>, partitions: number): readonly number[] =>
  partitions === 0
    ? []
    : [...new Set([...keys].map((key) => partitionOf(key, partitions)))].sort((first, second) => first - second);

/** `3:17` → partition and offset; undefined: it is none. */
export function parsePosition(text: string): { readonly partition: number; readonly offset: bigint } | undefined {
  const [, partition, offset] = /^(\d{1,6}):(\d{1,18})$/.exec(text) ?? [];
  return partition === undefined || offset === undefined
    ? undefined
    : { partition: Number(partition), offset: BigInt(offset) };
}
