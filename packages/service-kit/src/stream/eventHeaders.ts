import { cloudEventHeaders } from '../cloudEvents.ts';
import { childTraceparent } from '../traceparent.ts';

export interface EventHeadersInput {
  /** Headers of the message that it was made from: its trace and its origin go on. */
  readonly from: Readonly<Record<string, string>>;
  readonly id: string;
  /** e.g. commerce.order.confirmed */
  readonly type: string;
  readonly source: string;
  /** Milliseconds since the epoch. */
  readonly occurredAt: number;
  /** 0: not known. */
  readonly orderVersion?: number;
  /** name@version of the service. */
  readonly producer: string;
}

/** Headers of a canonical event. */
export function eventHeaders({
  from,
  id,
  type,
  source,
  occurredAt,
  orderVersion = 0,
  producer,
}: EventHeadersInput): Record<string, string> {
  return {
    ...cloudEventHeaders({ id, type, source, time: new Date(occurredAt) }),
    'content-type': 'application/avro',
    traceparent: childTraceparent(from['traceparent']),
    origin: from['origin'] ?? 'live',
    producer,
    ...(orderVersion > 0 ? { 'order-version': String(orderVersion) } : {}),
  };
}
