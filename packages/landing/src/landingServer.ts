import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningServer, toUrl } from '@pipeline/service-kit';
import { type FastifyRequest, fastify } from 'fastify';
import type { DeliveryOptions } from './delivery.ts';
import { addEndpoint, createRejecter, type Endpoint, type LandingHooks } from './endpoint.ts';
import { createInFlightLimit } from './inFlightLimit.ts';
import { createPipelineLimit } from './pipelineLimit.ts';

export interface LandingServerOptions extends Pick<DeliveryOptions, 'publish' | 'source' | 'producer'> {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** One of them at least. */
  readonly endpoints: readonly Endpoint[];
  /** Bytes, packed and unpacked; a message must fit its topic. (Default: 2 MiB less 64 KiB.) */
  readonly bodyLimit?: number;
  /** For headers and body to arrive, each connection. (Default: 8000.) */
  readonly requestTimeoutMs?: number;
  /** From the headers to the answer; below the senders' 10 s. (Default: 8000.) */
  readonly answerTimeoutMs?: number;
  /** Deliveries held in memory at most, until `publish` has settled. (Default: 512.) */
  readonly maxInFlight?: number;
  /**
   * Bytes of their bodies at most, from when a body is announced; one that announces no length, or is packed, counts as
   * the largest there may be. (Default: 64 MiB, which is what a producer lets wait.)
   */
  readonly maxBytesInFlight?: number;
  /** Open at once; more are closed at once. (Default: 4096.) */
  readonly maxConnections?: number;
  readonly hooks?: LandingHooks;
}

export interface LandingServer extends RunningServer {
  /** Deliveries in memory now. */
  inFlight(): number;
  /** Bytes that are kept for them. */
  bytesInFlight(): number;
}

/** The topics take 2 MiB with key and headers. */
export const defaultBodyLimit = 2 * 1_024 * 1_024 - 64 * 1_024;

/** As much as the producer lets wait: more would be refused there. */
export const defaultBytesInFlight = 64 * 1_024 * 1_024;

const maxHeaderBytes = 16 * 1_024;
/** Of one connection, not answered: no sender has more than one. */
const maxPipelined = 16;

/**
 * Lands notifications: lets the endpoint's transport say who sent them, hands the bytes to `publish`, answers 200 when it
 * has resolved. What the bytes mean is not asked, so malformed JSON and an empty body land too. When Kafka does not take
 * them in time the answer is 503 with `Retry-After: 1` and the sender repeats; nothing is queued here. A timed-out
 * publish may still succeed: a duplicate.
 * @throws whatever binding the address throws.
 */
export async function createLandingServer(options: LandingServerOptions): Promise<LandingServer> {
  const { host, port, endpoints, publish, source, producer, hooks = {} } = options;
  const { bodyLimit = defaultBodyLimit, requestTimeoutMs = 8_000, answerTimeoutMs = 8_000 } = options;
  const { maxInFlight = 512, maxBytesInFlight = defaultBytesInFlight, maxConnections = 4_096 } = options;
  const limit = createInFlightLimit({ requests: maxInFlight, bytes: maxBytesInFlight });
  const unproven = createInFlightLimit({
    requests: Math.ceil(maxInFlight / 4),
    bytes: Math.max(maxBytesInFlight / 4, 2 * bodyLimit),
  });
  const reject = createRejecter(hooks);

  const app = fastify({
    logger: false,
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    http: {
      maxHeaderSize: maxHeaderBytes,
      headersTimeout: requestTimeoutMs,
      // Node enforces both time-outs only at this interval (by default 30 s).
      connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs),
    },
    frameworkErrors: (_error, _request, reply) => void reject(reply, 'malformed-request'),
  });
  app.server.maxConnections = maxConnections;

  let answering = 0;
  const methods = new Map(
    endpoints.map(({ path, transport }) => [path, transport.handshake ? ['POST', 'OPTIONS'] : ['POST']]),
  );
  const mayWait = createPipelineLimit(maxPipelined);
  app.addHook('onRequest', (request, reply, done) => {
    if (!mayWait(request.raw, reply.raw)) {
      hooks.rejected?.('malformed-request');
      reply.hijack();
      request.raw.socket.destroy();
      return;
    }
    answering += 1;
    reply.raw.once('close', () => {
      answering -= 1;
    });
    // Here, since by now nothing of a body is read: nobody has said who they are.
    const allowed = methods.get(pathOf(request));
    if (allowed?.includes(request.method)) return done();
    if (allowed) reply.header('allow', allowed.join(', '));
    const [status, error] = allowed ? [405, 'method not allowed'] : [404, 'not found'];
    reply.header('connection', 'close').code(status).send({ error });
  });
  app.decorateRequest('admitted', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
  const delivery = { publish, source, producer, bodyLimit };
  for (const endpoint of endpoints)
    addEndpoint(app, endpoint, { delivery, limit, unproven, answerTimeoutMs, hooks, reject });

  app.setErrorHandler((error, _request, reply) => {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 500;
    if (status === 413) return reject(reply, 'too-large');
    if (status >= 400 && status < 500) return reject(reply, 'malformed-request');
    return reject(reply, 'publish-failed', error);
  });

  await app.listen({ host, port });
  const bound = (app.server.address() as AddressInfo).port;
  return {
    port: bound,
    url: `${toUrl(host, bound)}${endpoints[0]?.path ?? ''}`,
    inFlight: limit.count,
    bytesInFlight: limit.bytes,
    close: async () => {
      // Node keeps connections open that have not sent a request yet, and senders keep such in reserve: once no delivery
      // is in hand they are cut. Whoever was about to send repeats it.
      const closed = app.close();
      const deadline = performance.now() + answerTimeoutMs + 1_000;
      while (answering > 0 && performance.now() < deadline) await sleep(20);
      app.server.closeAllConnections();
      await closed;
    },
  };
}

function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?', 1)[0] ?? '';
}
