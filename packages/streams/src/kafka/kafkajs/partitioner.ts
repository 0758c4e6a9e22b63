import type { ICustomPartitioner } from 'kafkajs';
import { partitionOf } from '../../partitionOf.ts';

/**
 * The same choice as kafkajs makes, which makes a list of all partitions that have a leader for each message, and several
 * 64-bit numbers for each byte of its key.
 */
export const createPartitioner =
  (theirs: ICustomPartitioner): ICustomPartitioner =>
  () => {
    const inTurn = theirs();
    return (args) => {
      const { partition, key } = args.message;
      if (partition !== null && partition !== undefined) return partition;
      return key === null || key === undefined ? inTurn(args) : partitionOf(key, args.partitionMetadata.length);
    };
  };
