const SEED = 0x97_47_b2_8c;
const M = 0x5b_d1_e9_95;
const R = 24;
const scratch = Buffer.allocUnsafeSlow(768);

/**
 * The partition in which our producers put a key: murmur2 of its bytes, as the Java client's `BuiltInPartitioner`.
 * @see https://kafka.apache.org/documentation/#producerconfigs_partitioner.class
 */
export function partitionOf(key: string | Buffer, partitions: number): number {
  const hash = typeof key === 'string' ? hashOfText(key) : murmur2(key, key.length);
  return (hash & 0x7f_ff_ff_ff) % partitions;
}

/** A character takes three bytes at most. Millions of keys are asked for while a state is read: without a buffer for each. */
function hashOfText(key: string): number {
  if (3 * key.length > scratch.length) return murmur2(Buffer.from(key), Buffer.byteLength(key));
  return murmur2(scratch, scratch.write(key));
}

function murmur2(bytes: Buffer, length: number): number {
  const whole = length - (length % 4);
  let hash = SEED ^ length;
  for (let at = 0; at < whole; at += 4) {
    const word = Math.imul(bytes.readInt32LE(at), M);
    hash = Math.imul(hash, M) ^ Math.imul(word ^ (word >>> R), M);
  }
  for (let at = length - 1; at >= whole; at--) hash ^= (bytes[at] ?? 0) << (8 * (at - whole));
  if (whole < length) hash = Math.imul(hash, M);
  hash = Math.imul(hash ^ (hash >>> 13), M);
  return hash ^ (hash >>> 15);
}
