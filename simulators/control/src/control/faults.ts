import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { type Fault, isAnswer } from './fault.ts';
import { isControl } from './scope.ts';
import { createRouteMatcher, type RequestedRoute, toRoute } from './route.ts';

export interface ListedFault extends Fault {
  readonly id: string;
  /** How many requests it has spoiled. */
  readonly struck: number;
}

export interface Faults {
  add(fault: Fault): ListedFault;
  /** Those that have struck as often as they may, too. */
  list(): readonly ListedFault[];
  clear(): void;
  /** The first fault that strikes this request; uses up one of its count. */
  take(request: RequestedRoute & { readonly method: string }): Fault | undefined;
}

/** `chance(p)` is true with probability p. */
export function createFaults(chance: (probability: number) => boolean): Faults {
  let active: { listed: ListedFault; readonly matches: (request: RequestedRoute) => boolean }[] = [];
  let lastId = 0;
  return {
    add(fault) {
      lastId += 1;
      const listed = { id: `fault-${lastId}`, ...fault, struck: 0 };
      active.push({ listed, matches: createRouteMatcher(fault.route ?? '*') });
      return listed;
    },
    list: () => active.map(({ listed }) => listed),
    clear() {
      active = [];
    },
    take(request) {
      const entry = active.find(
        ({ listed: { method, count, struck, probability = 1 }, matches }) =>
          struck !== count &&
          (method === undefined || method.toUpperCase() === request.method) &&
          matches(request) &&
          chance(probability),
      );
      if (entry === undefined) return undefined;
      entry.listed = { ...entry.listed, struck: entry.listed.struck + 1 };
      return entry.listed;
    },
  };
}

/**
 * Lets faults strike every request but those of the control API. `toBody` gives the body of a fault that has none of
 * its own. Register it before authentication.
 */
export function installFaults(
  app: FastifyInstance,
  faults: Pick<Faults, 'take'>,
  toBody: (status: number) => unknown,
): void {
  const after = new WeakMap<FastifyRequest, Fault>();
  const lateMs = new WeakMap<FastifyRequest, number>();
  const textOf = (fault: Fault, status: number) => toText(fault.body === undefined ? toBody(status) : fault.body);

  app.addHook('onRequest', async (request, reply) => {
    if (isControl(request)) return;
    const path = request.url.split('?', 1)[0] ?? '';
    const fault = faults.take({ method: request.method, path, route: toRoute(request.routeOptions.url) });
    if (fault === undefined) return;
    if (fault.when === 'late') return void lateMs.set(request, fault.delayMs ?? 0);
    if (fault.when === 'after') {
      after.set(request, fault);
      return;
    }
    if (fault.delayMs !== undefined) await sleep(fault.delayMs, undefined, { ref: false });
    const status = fault.status ?? 200;
    if (fault.action !== undefined) {
      reply.hijack();
      if (fault.action === 'reset') request.raw.socket.resetAndDestroy();
      else cutBody(reply, { status, headers: toHeaders(fault), text: textOf(fault, status) });
    } else if (isAnswer(fault)) {
      return reply.code(status).headers(toHeaders(fault)).send(textOf(fault, status));
    }
  });

  // The body is here by now: that the caller hangs up changes nothing any more.
  app.addHook('preHandler', async (request) => {
    const ms = lateMs.get(request);
    if (ms !== undefined) await sleep(ms, undefined, { ref: false });
  });

  // With the callback form a connection that was cut on purpose needs no further answer: `done` is just not called.
  app.addHook<string>('onSend', (request, reply, payload, done) => {
    const fault = after.get(request);
    if (fault === undefined) return done(null, payload);
    after.delete(request);
    setTimeout(() => {
      if (fault.action === 'reset') return void request.raw.socket.resetAndDestroy();
      const status = fault.status ?? reply.statusCode;
      const text = isAnswer(fault) ? textOf(fault, status) : String(payload ?? '');
      if (fault.action === 'cutBody') return void cutBody(reply, { status, headers: toHeaders(fault), text });
      if (!isAnswer(fault)) return void done(null, payload);
      reply
        .code(status)
        .headers(toHeaders(fault))
        .removeHeader('location')
        .header('content-length', Buffer.byteLength(text));
      done(null, text);
    }, fault.delayMs ?? 0).unref();
  });
}

const toText = (body: unknown): string => (typeof body === 'string' ? body : JSON.stringify(body));

const toHeaders = ({ body, headers }: Fault): Record<string, string> => ({
  'content-type': typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
  ...headers,
});

/** Announces the whole text, sends half of it, closes the connection. */
function cutBody(
  reply: FastifyReply,
  { status, headers, text }: { status: number; headers: Record<string, string>; text: string },
): void {
  const bytes = Buffer.from(text === '' ? '{}' : text);
  reply.raw.writeHead(status, { ...headers, 'content-length': bytes.length });
  reply.raw.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => reply.raw.destroy());
}
