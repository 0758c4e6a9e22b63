export interface BoundedFetchOptions {
  /** For the whole answer. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/**
 * GET of a URL that we built ourselves, never one from a payload → its body as text. No redirect is followed.
 * @throws Error when there is no 200 in time, or it is larger: nothing of the answer is in the message.
 */
export async function boundedFetch(url: string, { timeoutMs, maxBytes }: BoundedFetchOptions): Promise<string> {
  const { host } = new URL(url);
  const answer = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(timeoutMs) });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body ?? []) {
    bytes += chunk.byteLength;
    // Leaving the loop cancels the rest.
    if (bytes > maxBytes) throw new Error(`${host} answered with more than ${maxBytes} bytes.`);
    chunks.push(chunk);
  }
  if (answer.status !== 200) throw new Error(`${host} answered with status ${answer.status}.`);
  return Buffer.concat(chunks).toString('utf8');
}
