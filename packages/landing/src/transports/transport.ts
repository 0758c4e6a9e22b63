import type { IncomingHttpHeaders } from 'node:http';
import type { Refusal } from '../refusal.ts';

/** What is known of a request before a byte of its body is read. */
export interface PushRequest {
  readonly headers: IncomingHttpHeaders;
  /** Path and query as they were sent. */
  readonly url: string;
}

/** `by-body`: nothing but the body tells who sent it; it may be read where few such are, and `receive` decides. */
export type Admission = 'admitted' | 'by-body' | Refusal;

/** What a transport sends besides notifications; label of a metric. */
export type ControlKind =
  | 'handshake'
  | 'validation'
  | 'subscription-confirmation'
  | 'unsubscribe-confirmation'
  | 'subscription-deletion';

export type Receipt =
  /** Notifications: they land. `body`: what is proven of the request, and lands in its stead. (Default: all of it.) */
  | { readonly kind: 'deliver'; readonly body?: Buffer }
  /** A message of the transport itself: done, answered with 200 and this JSON; nothing lands. */
  | { readonly kind: 'control'; readonly control: ControlKind; readonly answer?: Readonly<Record<string, string>> }
  | Refusal;

/** How one kind of sender proves itself, and what it says besides notifications. Holds no request. */
export interface PushTransport {
  /** Bytes of a body, packed and unpacked, where its sender never writes as many as the server takes. */
  readonly bodyLimit?: number;
  /** Before the body is read. Never throws. */
  readonly admit: (request: PushRequest) => Admission | Promise<Admission>;
  /** With the body, inflated. (Default: every body is delivered.) Never throws. */
  readonly receive?: (request: PushRequest, body: Buffer) => Receipt | Promise<Receipt>;
  /** Headers that answer an OPTIONS request; undefined: not for this origin. (Default: OPTIONS is not known.) */
  readonly handshake?: (request: PushRequest) => Readonly<Record<string, string>> | undefined;
}

/** What transports tell about themselves, for logs and metrics. */
export interface TransportObserver {
  /** Keys or a certificate were asked for. `error`: why there are none. */
  keysFetched?(of: 'oidc' | 'sns', error?: unknown): void;
}

export const deliver: Receipt = { kind: 'deliver' };
