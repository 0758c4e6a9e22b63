import { randomUUID } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { crc32 } from 'node:zlib';

/** What a checkpoint belongs to. */
export interface CheckpointHeader {
  /** Deployed name. */
  readonly topic: string;
  /** Another topic of the same name has another one. */
  readonly topicId: string;
  readonly partition: number;
  /** How many the topic had: each key was seen to be in its own. undefined: nobody looked. */
  readonly partitions: number | undefined;
  /** Everything committed below this offset is in it. */
  readonly nextOffset: bigint;
  /** Milliseconds since the epoch: at this time there was nothing above. */
  readonly asOf: number;
  /** When the state was last read from the beginning of the log: a checkpoint may go back to another one. */
  readonly wholeAt: number;
}

/** Why a file is not taken: not ours, cut off, damaged, or of another version. */
export class CheckpointUnreadable extends Error {}

/** A file has this, then frames: length, checksum of all bytes up to here, bytes. The first is the header, the last is empty. */
const MAGIC = Buffer.from('PSTATE01');
const FRAME_BYTES = 8;
const MAX_FRAME_BYTES = 64 * 1_024 * 1_024;

/**
 * Writes the file as a whole or not at all: what was there before stays until the new one is on the disk. Any number of
 * processes may do so at once; the last one wins.
 *
 * @param pieces asked for one after another, while the others are being written
 * @returns bytes written
 * @throws Error of the file system
 */
export async function writeCheckpoint(
  file: string,
  header: CheckpointHeader,
  pieces: Iterable<Buffer>,
): Promise<number> {
  const directory = path.dirname(file);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const temporary = `${file}.${randomUUID()}.tmp`;
  const handle = await open(temporary, 'wx', 0o600);
  let written = MAGIC.length;
  let sum = 0;
  const writeFrame = async (bytes: Buffer): Promise<void> => {
    sum = crc32(bytes, sum);
    const frame = Buffer.alloc(FRAME_BYTES);
    frame.writeUInt32LE(bytes.length, 0);
    frame.writeUInt32LE(sum, 4);
    await handle.writev(bytes.length > 0 ? [frame, bytes] : [frame]);
    written += FRAME_BYTES + bytes.length;
  };
  try {
    try {
      await handle.write(MAGIC);
      await writeFrame(Buffer.from(JSON.stringify({ ...header, nextOffset: String(header.nextOffset) })));
      for (const piece of pieces) await writeFrame(piece);
      await writeFrame(Buffer.alloc(0));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(temporary, file);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(directory);
  return written;
}

/** The new name is on the disk as well. Not everywhere can a directory be opened; then it is a little later. */
async function syncDirectory(directory: string): Promise<void> {
  const handle = await open(directory, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/**
 * Reads a file of `writeCheckpoint`.
 *
 * @param isWanted asked once the header is known; false: the rest is not read
 * @param take gets each piece, whose bytes it may keep. What it took counts only once this has resolved.
 * @returns the header; undefined: there is no file
 * @throws CheckpointUnreadable; Error of the file system
 */
export async function readCheckpoint(
  file: string,
  isWanted: (header: CheckpointHeader) => boolean,
  take: (piece: Buffer) => void,
): Promise<CheckpointHeader | undefined> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return undefined;
  try {
    const frames = framesOf(handle);
    const first = await frames.next();
    if (first.done) throw new CheckpointUnreadable('it has no header');
    const header = parseHeader(first.value);
    if (isWanted(header)) for await (const piece of frames) take(piece);
    return header;
  } catch (error) {
    // What `take` cannot make sense of.
    if (error instanceof RangeError) throw new CheckpointUnreadable(error.message, { cause: error });
    throw error;
  } finally {
    await handle.close();
  }
}

/** Ends when it has seen the end of the file, and nothing after it. */
async function* framesOf(handle: FileHandle): AsyncGenerator<Buffer, void> {
  const { size } = await handle.stat();
  let at = 0;
  const read = async (length: number): Promise<Buffer> => {
    if (at + length > size) throw new CheckpointUnreadable(`it is cut off at ${size} bytes`);
    const bytes = Buffer.allocUnsafeSlow(length);
    const { bytesRead } = await handle.read(bytes, 0, length, at);
    if (bytesRead < length) throw new CheckpointUnreadable(`it is cut off at ${at + bytesRead} bytes`);
    at += length;
    return bytes;
  };
  if (!(await read(MAGIC.length)).equals(MAGIC)) throw new CheckpointUnreadable('it is none, or of another version');
  for (let sum = 0; ; ) {
    const frame = await read(FRAME_BYTES);
    const length = frame.readUInt32LE(0);
    if (length > MAX_FRAME_BYTES) throw new CheckpointUnreadable(`it is damaged before byte ${at}`);
    const bytes = await read(length);
    sum = crc32(bytes, sum);
    if (sum !== frame.readUInt32LE(4)) throw new CheckpointUnreadable(`it is damaged before byte ${at}`);
    if (length === 0) break;
    yield bytes;
  }
  if (at !== size) throw new CheckpointUnreadable(`it goes on after its end at byte ${at}`);
}

function parseHeader(bytes: Buffer): CheckpointHeader {
  try {
    const { nextOffset, ...rest } = JSON.parse(bytes.toString()) as Record<keyof CheckpointHeader, unknown>;
    return { ...rest, nextOffset: BigInt(String(nextOffset)) } as CheckpointHeader;
  } catch (cause) {
    throw new CheckpointUnreadable('its header cannot be read', { cause });
  }
}
