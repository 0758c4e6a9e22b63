import { setTimeout as sleep } from 'node:timers/promises';
import { Kafka, logLevel } from 'kafkajs';

/**
 * One real conversation with each: a metadata request to a broker, a GET to the registry.
 * @throws Error that names the one which did not answer.
 */
export async function checkAnswers(address: { brokers: readonly string[]; registryUrl: string }): Promise<void> {
  await Promise.all([checkKafka(address.brokers), checkRegistry(address.registryUrl)]);
}

async function checkKafka(brokers: readonly string[]): Promise<void> {
  const admin = new Kafka({
    clientId: 'sandbox-probe',
    brokers: [...brokers],
    connectionTimeout: 3_000,
    requestTimeout: 5_000,
    retry: { retries: 0 },
    logLevel: logLevel.NOTHING,
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

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
