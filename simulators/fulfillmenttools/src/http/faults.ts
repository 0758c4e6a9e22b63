import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Random } from '../core/random.ts';
import { matchesPath } from './history.ts';

/** A fault to inject. Without `count` and `probability` it strikes every matching request until it is removed. */
export interface FaultRule {
  readonly method?: string;
  /** A route such as `/api/orders/:orderId`, a path, or a path with `*`; without it every route matches. */
  readonly route?: string;
  /** The same as `route`. */
  readonly path?: string;
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is (such as an HTML error page), anything else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
  /** reset: the connection is reset without an answer. cutBody: it is closed in the middle of the answer. */
  readonly action?: 'reset' | 'cutBody';
  /** before: the request has no effect. after: it has its effect, only the answer is spoiled (Default: before). */
  readonly when?: 'before' | 'after';
  readonly count?: number;
  readonly probability?: number;
}

export interface Faults {
  add(rule: FaultRule): { readonly id: string };
  list(): readonly (FaultRule & { readonly id: string; readonly struck: number })[];
  clear(): void;
}

interface ActiveFault {
  readonly id: string;
  readonly rule: FaultRule;
  struck: number;
}

/** Lets faults strike every route but those of the control API. Register it before authentication. */
export function injectFaults(app: FastifyInstance, random: Random): Faults {
  let active: ActiveFault[] = [];
  let lastId = 0;
  const after = new WeakMap<FastifyRequest, FaultRule>();

  const strike = (request: FastifyRequest): FaultRule | undefined => {
    const fault = active.find(({ rule }) => matches(rule, request) && random.chance(rule.probability ?? 1));
    if (fault === undefined) return undefined;
    fault.struck += 1;
    if (fault.struck === fault.rule.count) active = active.filter((other) => other !== fault);
    return fault.rule;
  };

  app.addHook('onRequest', async (request, reply) => {
    if (request.url.startsWith('/_sim/')) return;
    const rule = strike(request);
    if (rule === undefined) return;
    if (rule.when === 'after') {
      after.set(request, rule);
      return;
    }
    if (rule.delayMs !== undefined) await sleep(rule.delayMs);
    if (rule.action === 'reset') {
      reply.hijack();
      request.raw.socket.resetAndDestroy();
    } else if (rule.action === 'cutBody') {
      reply.hijack();
      cutBody(reply, rule.status ?? 200, toText(rule.body ?? { cut: 'in the middle of the answer' }), rule.headers);
    } else if (answers(rule)) {
      return reply
        .code(rule.status ?? 500)
        .headers(toHeaders(rule))
        .send(toText(rule.body ?? ''));
    }
  });

  // With the callback form a connection that was cut on purpose needs no further answer: `done` is just not called.
  app.addHook<string>('onSend', (request, reply, payload, done) => {
    const rule = after.get(request);
    if (rule === undefined) return done(null, payload);
    after.delete(request);
    setTimeout(() => {
      if (rule.action === 'reset') return void request.raw.socket.resetAndDestroy();
      if (rule.action === 'cutBody') {
        const text = rule.body === undefined ? String(payload ?? '') : toText(rule.body);
        return void cutBody(reply, rule.status ?? reply.statusCode, text, rule.headers);
      }
      if (!answers(rule)) return void done(null, payload);
      const text = toText(rule.body ?? '');
      reply
        .code(rule.status ?? 500)
        .headers(toHeaders(rule))
        .removeHeader('location')
        .header('content-length', Buffer.byteLength(text));
      done(null, text);
    }, rule.delayMs ?? 0);
  });

  return {
    add(rule) {
      lastId += 1;
      const id = `fault-${lastId}`;
      active.push({ id, rule, struck: 0 });
      return { id };
    },
    list: () => active.map(({ id, rule, struck }) => ({ id, ...rule, struck })),
    clear() {
      active = [];
    },
  };
}

/** A rule with nothing but a delay lets the real answer through. */
const answers = (rule: FaultRule) => rule.status !== undefined || rule.body !== undefined || rule.headers !== undefined;

const toText = (body: unknown) => (typeof body === 'string' ? body : JSON.stringify(body));

const toHeaders = ({ body, headers }: FaultRule) => ({
  'content-type': typeof body === 'string' ? 'text/html; charset=utf-8' : 'application/json; charset=utf-8',
  ...headers,
});

function matches(rule: FaultRule, request: FastifyRequest): boolean {
  if (rule.method !== undefined && rule.method.toUpperCase() !== request.method) return false;
  const pattern = rule.route ?? rule.path;
  if (pattern === undefined) return true;
  return matchesPath(pattern, { path: request.url.split('?')[0] ?? '', route: request.routeOptions.url ?? '' });
}

/** Announces the whole text, sends half of it, closes the connection. */
function cutBody(reply: FastifyReply, status: number, text: string, headers: FaultRule['headers'] = {}): void {
  const bytes = Buffer.from(text === '' ? '{}' : text);
  reply.raw.writeHead(status, {
    'content-type': 'application/json; charset=utf-8',
    ...headers,
    'content-length': bytes.length,
  });
  reply.raw.write(bytes.subarray(0, Math.ceil(bytes.length / 2)), () => reply.raw.destroy());
}
