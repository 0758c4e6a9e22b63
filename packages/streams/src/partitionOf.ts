const SEED = 0x97_47_b2_8c;
const M = 0x5b_d1_e9_95;
const R = 24;

/**
 * The partition in which our producers put a key: murmur2 of its bytes, as the Java client's `BuiltInPartitioner`.
 * @see https://kafka.apache.org/documentation/#producerconfigs_partitioner.class
 */
export const partitionOf = (key: string | Buffer, partitions: number): number =>
  (murmur2(typeof key === 'string' ? Buffer.from(key) : key) & 0x7f_ff_ff_ff) % partitions;

function murmur2(bytes: Buffer): number {
  const whole = bytes.length - (bytes.length % 4);
  let hash = SEED ^ bytes.length;
  for (let at = 0; at < whole; at += 4) {
    const word = Math.imul(bytes.readInt32LE(at), M);
    hash = Math.imul(hash, M) ^ Math.imul(word ^ (word >>> R), M);
  }
  for (let at = bytes.length - 1; at >= whole; at--) hash ^= (bytes[at] ?? 0) << (8 * (at - whole));
  if (whole < bytes.length) hash = Math.imul(hash, M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
