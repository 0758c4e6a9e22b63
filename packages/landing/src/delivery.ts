import type { IncomingHttpHeaders } from 'node:http';
import { type Encoding, inflate } from './inflate.ts';
import { landBody, type LandBodyOptions, type LandingOutcome } from './landBody.ts';
import type { ToRecords } from './landingMessage.ts';
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
  | LandingOutcome
  | { readonly kind: 'control'; readonly control: ControlKind; readonly answer?: Readonly<Record<string, string>> };

export interface DeliveryOptions extends LandBodyOptions {
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
  options: DeliveryOptions,
): Promise<Outcome> {
  const bodyLimit = Math.min(options.bodyLimit, transport.bodyLimit ?? Number.POSITIVE_INFINITY);
  const unpacked = encoding === 'plain' ? sent : await inflate(sent, encoding, bodyLimit);
  if (unpacked === 'too-large') return { kind: 'rejected', reason: 'too-large' };
  const packed = unpacked === 'damaged';
  const body = packed ? sent : unpacked;

  const receipt = (await transport.receive?.({ headers, url }, body)) ?? deliver;
  if (receipt.kind === 'control') return receipt;
  if (receipt.kind === 'refuse') return { kind: 'rejected', reason: receipt.reason, error: receipt.error };

  return landBody({ toRecords, body: receipt.body ?? body, headers, packed }, options);
}
