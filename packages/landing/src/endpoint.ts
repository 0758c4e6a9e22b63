import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { settleWithin } from './deadline.ts';
import { type DeliveryOptions, landDelivery, type Outcome } from './delivery.ts';
import type { InFlightLimit } from './inFlightLimit.ts';
import { type Encoding, toEncoding } from './inflate.ts';
import type { ToRecords } from './landingMessage.ts';
import { type RejectionReason, toRejection } from './rejection.ts';
import type { ControlKind, PushTransport } from './transports/transport.ts';

/** A path of the landing server, and who may post there. */
export interface Endpoint {
  /** e.g. `/commercetools/pubsub` */
  readonly path: string;
  readonly transport: PushTransport;
  readonly toRecords: ToRecords;
  /** From the headers to the answer, where the sender is less patient than others. (Default: the server's.) */
  readonly answerTimeoutMs?: number;
}

export interface LandingHooks {
  /** Written and answered; seconds from handing it over to its acknowledgement. */
  landed?(landed: { readonly seconds: number; readonly count: number; readonly ids: readonly string[] }): void;
  /** A message of the transport itself was done. */
  control?(kind: ControlKind): void;
  /** Not written, or not known to be. `error`: what `publish` rejected with. */
  rejected?(reason: RejectionReason, error?: unknown): void;
}

export interface EndpointContext {
  readonly delivery: DeliveryOptions;
  readonly limit: InFlightLimit;
  /** For bodies that are read before it is known who sent them: such never take all places. */
  readonly unproven: InFlightLimit;
  /** From the headers to the answer. */
  readonly answerTimeoutMs: number;
  readonly hooks: LandingHooks;
  readonly reject: Rejecter;
}

export type Rejecter = (reply: FastifyReply, reason: RejectionReason, error?: unknown) => FastifyReply;

/** Counts the rejection and answers it. */
export function createRejecter(hooks: LandingHooks): Rejecter {
  return (reply, reason, error) => {
    hooks.rejected?.(reason, error);
    const { status, headers, body } = toRejection(reason);
    return reply.code(status).headers(headers).send(body);
  };
}

/** What is known once a request was admitted. */
interface Admitted {
  readonly at: number;
  readonly headers: IncomingHttpHeaders;
  readonly encoding: Encoding | 'plain';
  /** Bytes that it may take besides the body as it was sent. */
  readonly unpacking: number;
}

/** Declares POST, and OPTIONS where the transport has a handshake. */
export function addEndpoint(app: FastifyInstance, endpoint: Endpoint, context: EndpointContext): void {
  const { path, transport, toRecords } = endpoint;
  const { delivery, limit, unproven, hooks, reject } = context;
  const { answerTimeoutMs = context.answerTimeoutMs } = endpoint;
  const mostBytes = Math.min(delivery.bodyLimit, transport.bodyLimit ?? delivery.bodyLimit);

  // Before a byte of the body is read.
  const onRequest = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply | undefined> => {
    const { headers, url = '' } = request.raw;
    const at = performance.now();
    const admission = await transport.admit({ headers, url });
    if (typeof admission === 'object') return reject(reply, admission.reason, admission.error);
    const encoding = toEncoding(headers['content-encoding']);
    if (encoding === undefined) return reject(reply, 'unsupported-encoding');
    // Whoever does not say how much comes may send as much as is taken, and a packed body may become as much.
    const announced = Number(headers['content-length'] ?? mostBytes);
    const unpacking = encoding === 'plain' ? 0 : mostBytes;
    const bytes = Math.min(announced, mostBytes) + unpacking;
    if (!limit.enter(reply.raw, bytes)) return reject(reply, 'overloaded');
    if (admission === 'by-body' && !unproven.enter(reply.raw, bytes)) return reject(reply, 'overloaded');
    request.setDecorator<Admitted>('admitted', { at, headers: { ...headers }, encoding, unpacking });
    // Fastify would refuse a content type that it cannot parse.
    delete headers['content-type'];
    return undefined;
  };

  const handler = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const { at, headers, encoding, unpacking } = request.getDecorator<Admitted>('admitted');
    const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    const { url = '' } = request.raw;
    const work = landDelivery({ transport, toRecords, headers, url, encoding, body }, delivery);
    const late: Outcome = { kind: 'rejected', reason: 'publish-timeout' };
    const left = answerTimeoutMs - (performance.now() - at);
    return answer(
      reply,
      await settleWithin(limit.holdUntilSettled(reply.raw, body.length + unpacking, work), left, late),
    );
  };

  const answer = (reply: FastifyReply, outcome: Outcome): FastifyReply => {
    if (outcome.kind === 'rejected') return reject(reply, outcome.reason, outcome.error);
    // 200 and nothing else is success for fulfillmenttools, and every other sender takes it.
    if (outcome.kind === 'landed') hooks.landed?.(outcome);
    else hooks.control?.(outcome.control);
    return reply.code(200).send(outcome.kind === 'control' ? outcome.answer : undefined);
  };

  const { bodyLimit } = transport;
  app.post(path, { onRequest, handler, ...(bodyLimit !== undefined && { bodyLimit }) });
  const { handshake } = transport;
  if (handshake === undefined) return;
  // Before the body, which nobody has vouched for.
  const onHandshake = async (request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply> => {
    const headers = handshake({ headers: request.raw.headers, url: request.raw.url ?? '' });
    if (headers === undefined) return reject(reply, 'unauthorized');
    hooks.control?.('handshake');
    return reply
      .code(200)
      .headers({ ...headers, allow: 'POST, OPTIONS', connection: 'close' })
      .send();
  };
  app.options(path, { onRequest: onHandshake, handler: () => undefined });
}
