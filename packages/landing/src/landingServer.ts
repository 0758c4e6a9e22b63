import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningServer, toUrl } from '@pipeline/service-kit';
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { createInFlightLimit } from './inFlightLimit.ts';
import { type LandingMessage, type NotificationSource, toLandingMessage } from './landingMessage.ts';
import { createSecretCheck } from './secretCheck.ts';

/** Why a delivery was not landed; a label of a metric. */
export type RejectionReason =
  | 'unauthorized'
  | 'too-large'
  | 'malformed-request'
  | 'overloaded'
  | 'publish-failed'
  | 'publish-timeout';

export interface LandingHooks {
  /** Written and answered; seconds from handing it over to its acknowledgement. */
  landed?(seconds: number): void;
  /** Not written, or not known to be. `error`: what `publish` rejected with. */
  rejected?(reason: RejectionReason, error?: unknown): void;
}

export interface LandingServerOptions {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** e.g. `/commercetools` */
  readonly path: string;
  /** Never empty. */
  readonly secret: string;
  /** Query parameter in which the secret is accepted besides `Authorization: Bearer`. (Default: none.) */
  readonly secretParameter?: string;
  /** Resolves when all in-sync replicas have the message. */
  readonly publish: (message: LandingMessage) => Promise<void>;
  readonly keyOf: (bytes: Buffer) => string | null;
  readonly source: NotificationSource;
  /** name@version of the service. */
  readonly producer: string;
  /** Bytes; a message must fit its topic. (Default: 2 MiB less 64 KiB.) */
  readonly bodyLimit?: number;
  /** For headers and body to arrive, each connection. (Default: 8000.) */
  readonly requestTimeoutMs?: number;
  /** For `publish`; below the senders' 10 s. (Default: 8000.) */
  readonly produceTimeoutMs?: number;
  /** Deliveries held in memory at most, until `publish` has settled. (Default: 512.) */
  readonly maxInFlight?: number;
  /** What an accepted delivery is answered with. (Default: 200, the only one that fulfillmenttools takes as success.) */
  readonly successCode?: number;
  readonly hooks?: LandingHooks;
}

export interface LandingServer extends RunningServer {
  /** Deliveries in memory now. */
  inFlight(): number;
}

/** The topics take 2 MiB with key and headers. */
export const defaultBodyLimit = 2 * 1_024 * 1_024 - 64 * 1_024;

const answers = {
  unauthorized: [401, 'unauthorized'],
  'too-large': [413, 'body too large'],
  'malformed-request': [400, 'malformed request'],
  overloaded: [503, 'try again'],
  'publish-failed': [503, 'try again'],
  'publish-timeout': [503, 'try again'],
} as const satisfies Record<RejectionReason, readonly [number, string]>;

/**
 * Lands notifications: authenticates, hands the sender's bytes to `publish`, answers 200 when it has resolved. What the
 * bytes mean is not asked, so malformed JSON and an empty body land too. When Kafka does not take them in time the answer is 503 with
 * `Retry-After: 1` and the sender repeats; nothing is queued here. A timed-out publish may still succeed: a duplicate.
 * @throws RangeError for an empty secret; whatever binding the address throws.
 */
export async function createLandingServer(options: LandingServerOptions): Promise<LandingServer> {
  const { host, port, path, keyOf, source, producer, publish, hooks = {} } = options;
  const {
    bodyLimit = defaultBodyLimit,
    requestTimeoutMs = 8_000,
    produceTimeoutMs = 8_000,
    maxInFlight = 512,
  } = options;
  const isAuthorized = createSecretCheck({
    secret: options.secret,
    ...(options.secretParameter !== undefined && { queryParameter: options.secretParameter }),
  });
  const limit = createInFlightLimit(maxInFlight);

  const app = fastify({
    logger: false,
    bodyLimit,
    requestTimeout: requestTimeoutMs,
    // Node enforces both time-outs only at this interval (by default 30 s).
    http: { headersTimeout: requestTimeoutMs, connectionsCheckingInterval: Math.min(1_000, requestTimeoutMs) },
    frameworkErrors: (_error, _request, reply) => void reject(reply, 'malformed-request'),
  });

  const reject = (reply: FastifyReply, reason: RejectionReason, error?: unknown): FastifyReply => {
    hooks.rejected?.(reason, error);
    const [code, message] = answers[reason];
    if (code === 503) reply.header('retry-after', '1');
    // The body was not read or is not wanted: do not wait for the rest of it.
    else reply.header('connection', 'close');
    return reply.code(code).send({ error: message });
  };

  let answering = 0;
  app.addHook('onRequest', (_request, reply, done) => {
    answering += 1;
    reply.raw.once('close', () => {
      answering -= 1;
    });
    done();
  });
  app.decorateRequest('sentHeaders', null);
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));

  app.post(path, {
    // Before a byte of the body is read.
    onRequest: (request, reply, done) => {
      if (!isAuthorized(request.headers, request.raw.url ?? '')) return void reject(reply, 'unauthorized');
      if (!limit.enter(reply.raw)) return void reject(reply.header('connection', 'close'), 'overloaded');
      request.setDecorator('sentHeaders', { ...request.headers });
      // Fastify would refuse a content type that it cannot parse.
      delete request.raw.headers['content-type'];
      done();
    },
    handler: async (request, reply) => {
      // Also an empty one: the sender would repeat what is refused. It is no tombstone, and the normaliser parks it.
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      const headers = request.getDecorator<IncomingHttpHeaders>('sentHeaders');
      const message = toLandingMessage({ body, headers, keyOf, source, producer, receivedAt: new Date() });
      const started = performance.now();
      const published = limit.holdUntilSettled(reply.raw, attempt(publish, message));
      const outcome = await settleWithin(published, produceTimeoutMs);
      if (outcome !== 'done') return reject(reply, outcome.reason, outcome.error);
      hooks.landed?.((performance.now() - started) / 1_000);
      return reply.code(options.successCode ?? 200).send();
    },
  });

  app.setNotFoundHandler((request, reply) => {
    const known = pathOf(request) === path;
    if (known) reply.header('allow', 'POST');
    return reply
      .header('connection', 'close')
      .code(known ? 405 : 404)
      .send({ error: known ? 'method not allowed' : 'not found' });
  });
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
    url: `${toUrl(host, bound)}${path}`,
    inFlight: limit.count,
    close: async () => {
      // Node keeps connections open that have not sent a request yet, and senders keep such in reserve: once no delivery
      // is in hand they are cut. Whoever was about to send repeats it.
      const closed = app.close();
      const deadline = performance.now() + produceTimeoutMs + 1_000;
      while (answering > 0 && performance.now() < deadline) await sleep(20);
      app.server.closeAllConnections();
      await closed;
    },
  };
}

function pathOf(request: FastifyRequest): string {
  return (request.raw.url ?? '').split('?', 1)[0] ?? '';
}

/** Also turns what `publish` throws into a rejection. */
async function attempt(publish: LandingServerOptions['publish'], message: LandingMessage): Promise<void> {
  await publish(message);
}

type Unsettled = { readonly reason: 'publish-failed' | 'publish-timeout'; readonly error?: unknown };

async function settleWithin(work: Promise<void>, ms: number): Promise<'done' | Unsettled> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Unsettled>((resolve) => {
    timer = setTimeout(resolve, ms, { reason: 'publish-timeout' });
  });
  const settled = work.then(
    () => 'done' as const,
    (error: unknown): Unsettled => ({ reason: 'publish-failed', error }),
  );
  return Promise.race([settled, late]).finally(() => clearTimeout(timer));
}
