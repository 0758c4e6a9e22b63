/**
 * Cuts a byte stream into Kafka's frames, each a length (int32) and as many bytes. Returns what takes the chunks;
 * `onFrame` gets every frame whole, its length included.
 */
export function createFrameSplitter(onFrame: (frame: Buffer) => void): (chunk: Buffer) => void {
  let chunks: Buffer[] = [];
  let size = 0;
  return (chunk) => {
    chunks.push(chunk);
    size += chunk.length;
    if (size < neededBy(chunks)) return;
    let rest = Buffer.concat(chunks, size);
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const end = 4 + rest.readInt32BE(0);
      onFrame(rest.subarray(0, end));
      rest = rest.subarray(end);
    }
    chunks = rest.length > 0 ? [rest] : [];
    size = rest.length;
  };
}

/** Bytes until the first frame is whole, as far as its length is known: a large frame is put together once, not at every chunk. */
function neededBy(chunks: readonly Buffer[]): number {
  const [first] = chunks;
  return first && first.length >= 4 ? 4 + first.readInt32BE(0) : 4;
}
