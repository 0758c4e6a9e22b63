import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { settleWithin } from './deadline.ts';

/** Most notifications are smaller. */
const MOST_BYTES = 64 * 1_024;

/**
 * Reads a body that nobody wants and keeps nothing of it, up to 64 KiB and for so long. A connection that is closed on
 * what was not read is reset, and a sender that is busy would lose the answer. Never throws.
 */
export async function forgetBody(request: IncomingMessage, ms: number): Promise<void> {
  if (Number(request.headers['content-length']) > MOST_BYTES) return;
  const read = new Promise<void>((resolve) => {
    let bytes = 0;
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_BYTES) resolve();
    });
    finished(request).then(resolve, () => resolve());
  });
  await settleWithin(read, ms, undefined);
}
