import { setTimeout as sleep } from 'node:timers/promises';
import { createKafka } from '@pipeline/streams/kafka';

/**
 * One real conversation with each: a metadata request to a broker, a GET to the registry.
 * @throws Error that names each which did not answer, and why.
 */
export async function checkAnswers(address: { brokers: readonly string[]; registryUrl: string }): Promise<void> {
  const outcomes = await Promise.allSettled([checkKafka(address.brokers), checkRegistry(address.registryUrl)]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
  if (failures.length > 0) throw new Error(failures.map(messageOf).join('; '), { cause: failures[0] });
}

async function checkKafka(brokers: readonly string[]): Promise<void> {
  const admin = createKafka({
    clientId: 'sandbox-probe',
    brokers,
    connectionTimeoutMs: 3_000,
    requestTimeoutMs: 5_000,
    retry: { retries: 0 },
  }).admin();
  try {
    await admin.connect();
    await admin.describeCluster();
  } catch (cause) {
    throw new Error(`Kafka at ${brokers.join(', ')} does not answer: ${messageOf(cause)}`, { cause });
  } finally {
    await admin.disconnect().catch(() => undefined);
  }
}

async function checkRegistry(registryUrl: string): Promise<void> {
  const url = new URL(`${registryUrl.replace(/\/+$/, '')}/subjects`);
  const credentials = url.username
    ? `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`
    : undefined;
  url.username = '';
  url.password = '';
  const headers = credentials ? { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` } : {};
  try {
    const response = await fetch(url, { headers, signal: AbortSignal.timeout(5_000) });
    await response.arrayBuffer();
    if (!response.ok) throw new Error(`status ${response.status}`);
  } catch (cause) {
    throw new Error(`The schema registry at ${url.origin}${url.pathname} does not answer: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/**
 * Asks until both answer.
 * @throws The last refusal when `signal` aborts.
 */
export async function untilAnswers(
  address: { brokers: readonly string[]; registryUrl: string },
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    try {
      return await checkAnswers(address);
    } catch (error) {
      if (signal.aborted) throw error;
      await sleep(200, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** The cause where the message itself says nothing, as that of fetch (`fetch failed`). */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error.cause as NodeJS.ErrnoException | undefined)?.code;
  return code === undefined || error.message.includes(code) ? error.message : `${error.message} (${code})`;
}
