import type { IncomingHttpHeaders } from 'node:http';
import { PipelineError } from '@pipeline/streams';
import { type Encoding, inflate } from './inflate.ts';
import {
  type LandingMessage,
  type NotificationSource,
  type ToRecords,
  toLandingHeaders,
  toSafeRecords,
} from './landingMessage.ts';
import type { RejectionReason } from './rejection.ts';
import { type ControlKind, deliver, type PushTransport } from './transports/transport.ts';

/** A request whose sender was admitted, with its whole body. */
export interface Delivery {
  readonly transport: PushTransport;
  readonly toRecords: ToRecords;
  /** As they were sent. */
  readonly headers: IncomingHttpHeaders;
  readonly url: string;
  readonly encoding: Encoding | 'plain';
  /** Also an empty one: the sender would repeat what is refused. It is no tombstone, and the normaliser parks it. */
  readonly body: Buffer;
}

export type Outcome =
  /** Written by all in-sync replicas. Seconds from handing it over to that; the ids that are known. */
  | { readonly kind: 'landed'; readonly seconds: number; readonly count: number; readonly ids: readonly string[] }
  | { readonly kind: 'control'; readonly control: ControlKind; readonly answer?: Readonly<Record<string, string>> }
  | { readonly kind: 'rejected'; readonly reason: RejectionReason; readonly error?: unknown };

export interface DeliveryOptions {
  /** Resolves when all in-sync replicas have all of them. */
  readonly publish: (messages: readonly LandingMessage[]) => Promise<void>;
  readonly source: NotificationSource;
  /** name@version of the service. */
  readonly producer: string;
  /** Bytes of a body after unpacking. */
  readonly bodyLimit: number;
}

/**
 * Unpacks, lets the transport judge the body, splits what is proven of it into records and publishes them. Never throws.
 * A body that is not packed as it says lands as it came, with its `content-encoding`: refusing it would only have it
 * repeated.
 */
export async function landDelivery(
  { transport, toRecords, headers, url, encoding, body: sent }: Delivery,
  { publish, source, producer, ...options }: DeliveryOptions,
): Promise<Outcome> {
  const bodyLimit = Math.min(options.bodyLimit, transport.bodyLimit ?? Number.POSITIVE_INFINITY);
  const unpacked = encoding === 'plain' ? sent : await inflate(sent, encoding, bodyLimit);
  if (unpacked === 'too-large') return { kind: 'rejected', reason: 'too-large' };
  const packed = unpacked === 'damaged';
  const body = packed ? sent : unpacked;

  const receipt = (await transport.receive?.({ headers, url }, body)) ?? deliver;
  if (receipt.kind === 'control') return receipt;
  if (receipt.kind === 'refuse') return { kind: 'rejected', reason: receipt.reason, error: receipt.error };

  const records = toSafeRecords(toRecords, receipt.body ?? body);
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
