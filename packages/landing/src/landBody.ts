import type { IncomingHttpHeaders } from 'node:http';
import type { NotificationSource } from '@pipeline/service-kit';
import { PipelineError } from '@pipeline/streams';
import { type LandingMessage, type ToRecords, toLandingHeaders, toSafeRecords } from './landingMessage.ts';
import type { RejectionReason } from './rejection.ts';

/** What landed or did not, whichever way it came. */
export type LandingOutcome =
  /** Written by all in-sync replicas. Seconds from handing it over to that; the ids that are known. */
  | { readonly kind: 'landed'; readonly seconds: number; readonly count: number; readonly ids: readonly string[] }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason; readonly error?: unknown };

/** A body whose sender is known, unpacked where it could be. */
export interface ProvenBody {
  readonly toRecords: ToRecords;
  readonly body: Buffer;
  /** Of HTTP, where it came that way: content type, encoding and trace are kept. (Default: none) */
  readonly headers?: IncomingHttpHeaders;
  /** The body is still packed as the sender packed it. (Default: false) */
  readonly packed?: boolean;
}

export interface LandBodyOptions {
  /** Resolves when all in-sync replicas have all of them. */
  readonly publish: (messages: readonly LandingMessage[]) => Promise<void>;
  readonly source: NotificationSource;
  /** name@version of the service. */
  readonly producer: string;
}

/** Splits a body into records and publishes them: the one way into a topic of notifications. Never throws. */
export async function landBody(
  { toRecords, body, headers = {}, packed = false }: ProvenBody,
  { publish, source, producer }: LandBodyOptions,
): Promise<LandingOutcome> {
  const records = toSafeRecords(toRecords, body);
  const receivedAt = new Date();
  const messages = records.map(({ key, value }) => ({
    key,
    value,
    headers: toLandingHeaders({ headers, packed, source, producer, receivedAt }),
  }));
  const started = performance.now();
  try {
    await publish(messages);
  } catch (error) {
    const tooLarge = error instanceof PipelineError && error.code === 'message-too-large';
    return { kind: 'rejected', reason: tooLarge ? 'topic-too-small' : 'publish-failed', error };
  }
  const ids = records.flatMap(({ id }) => (id === null ? [] : [id]));
  return { kind: 'landed', seconds: (performance.now() - started) / 1_000, count: messages.length, ids };
}
