import { setTimeout as sleep } from 'node:timers/promises';
import { createRegistryCalls, type RegistryAccess } from '@pipeline/streams/avro';
import { createKafka, type KafkaConnection } from '@pipeline/streams/kafka';

/**
 * One real conversation with each: a metadata request to a broker, a GET to the registry.
 * @throws Error that names each which did not answer, and why.
 */
export async function checkAnswers(address: KafkaConnection & RegistryAccess): Promise<void> {
  const outcomes = await Promise.allSettled([checkKafka(address), checkRegistry(address)]);
  const failures = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason as Error] : []));
  if (failures.length > 0) throw new Error(failures.map(messageOf).join('; '), { cause: failures[0] });
}

export async function checkKafka({ brokers, ssl, sasl }: KafkaConnection): Promise<void> {
  const admin = createKafka({
    clientId: 'sandbox-probe',
    brokers,
    ssl,
    sasl,
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

async function checkRegistry(access: RegistryAccess): Promise<void> {
  try {
    const { status } = await createRegistryCalls(access, 5_000)('GET', 'subjects');
    if (status !== 200) throw new Error(`status ${status}`);
  } catch (cause) {
    throw new Error(`The schema registry at ${access.registryUrl}/subjects does not answer: ${messageOf(cause)}`, {
      cause,
    });
  }
}

/**
 * Asks until both answer.
 * @throws The last refusal when `signal` aborts.
 */
export const untilAnswers = (address: KafkaConnection & RegistryAccess, signal: AbortSignal): Promise<void> =>
  untilSucceeds(() => checkAnswers(address), signal);

/** As `untilAnswers`, with any check. */
export async function untilSucceeds(check: () => Promise<void>, signal: AbortSignal): Promise<void> {
  for (;;) {
    try {
      return await check();
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
