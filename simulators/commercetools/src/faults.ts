import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Random } from './random.ts';

/** What goes wrong with matching requests, before or after they have their effect. */
export interface Fault {
  readonly method?: string;
  /** Path without query; `*` stands for any characters. Absent: every path, also that of tokens. */
  readonly path?: string;
  /** Answer with this status. */
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** A string is sent as it is, anything else as JSON. */
  readonly body?: unknown;
  readonly delayMs?: number;
  /** `reset`: no answer, the connection is reset. `cutBody`: half of the answer, then the connection ends. */
  readonly action?: 'reset' | 'cutBody';
  readonly when: 'before' | 'after';
  /** How often; absent: until the faults are removed. */
  readonly count?: number;
  /** 0..1; absent: always. */
  readonly probability?: number;
}

export interface Faults {
  add(fault: Fault): string;
  clear(): void;
  /** The first fault that strikes this request; uses up one of its count. */
  take(method: string, path: string): Fault | undefined;
}

/** Throws a RangeError that names the member when the fault could never do anything. */
export function parseFault(body: Record<string, unknown>): Fault {
  const { when, action, status, delayMs, body: answer, count, probability } = body;
  if (when !== 'before' && when !== 'after') throw new RangeError("a fault needs 'when': before or after");
  if (action !== undefined && action !== 'reset' && action !== 'cutBody')
    throw new RangeError(`a fault's 'action' is reset or cutBody, not ${JSON.stringify(action)}`);
  if (status === undefined && delayMs === undefined && action === undefined && answer === undefined)
    throw new RangeError("a fault needs one of 'status', 'body', 'delayMs' or 'action'");
  const ranges = {
    status: [status, 200, 599],
    delayMs: [delayMs, 0, 600_000],
    count: [count, 1, 1e9],
    probability: [probability, 0, 1],
  };
  for (const [name, [value, min, max]] of Object.entries(ranges) as [string, [unknown, number, number]][])
    if (value !== undefined && !(typeof value === 'number' && value >= min && value <= max))
      throw new RangeError(`a fault's '${name}' is a number from ${min} to ${max}, not ${JSON.stringify(value)}`);
  return body as unknown as Fault;
}

export function createFaults(random: Random): Faults {
  const faults = new Map<string, { fault: Fault; pattern: RegExp; left: number }>();
  return {
    add(fault) {
      const id = randomUUID();
      faults.set(id, { fault, pattern: toPattern(fault.path ?? '*'), left: fault.count ?? Number.POSITIVE_INFINITY });
      return id;
    },
    clear: () => faults.clear(),
    take(method, path) {
      for (const entry of faults.values()) {
        const { fault, pattern } = entry;
        if (entry.left === 0 || !pattern.test(path)) continue;
        if (fault.method !== undefined && fault.method.toUpperCase() !== method) continue;
        if (random() >= (fault.probability ?? 1)) continue;
        entry.left -= 1;
        return fault;
      }
      return undefined;
    },
  };
}

const toPattern = (glob: string): RegExp =>
  new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`, 's');

/** Lets faults strike every request that `applies`; its hooks run in the order of registration. */
export function installFaults(
  app: FastifyInstance,
  faults: Faults,
  applies: (request: FastifyRequest) => boolean,
): void {
  const struck = new WeakMap<FastifyRequest, Fault>();

  app.addHook('onRequest', async (request, reply) => {
    const fault = applies(request) ? faults.take(request.method, request.url.split('?', 1)[0] ?? '') : undefined;
    if (!fault) return;
    struck.set(request, fault);
    if (fault.when === 'after') return;
    if (fault.delayMs !== undefined) await sleep(fault.delayMs);
    if (fault.action === 'reset') return resetConnection(request, reply);
    if (answers(fault) || fault.action === 'cutBody') return reply.code(fault.status ?? 200).send(answerOf(fault));
  });

  app.addHook('onSend', async (request, reply, payload: unknown) => {
    const fault = struck.get(request);
    if (!fault) return payload;
    let sent = payload;
    if (fault.when === 'after') {
      if (fault.delayMs !== undefined) await sleep(fault.delayMs);
      if (fault.action === 'reset') {
        request.raw.socket.resetAndDestroy();
        // What is written from here on goes nowhere; the request is recorded as unanswered first.
        if (!reply.raw.closed) await once(reply.raw, 'close');
        return payload;
      }
      if (fault.status !== undefined) reply.code(fault.status);
      if (answers(fault)) sent = answerOf(fault);
    }
    if (answers(fault)) reply.headers({ 'content-type': contentType(fault), ...fault.headers });
    return fault.action === 'cutBody' ? half(reply, sent) : sent;
  });
}

const answers = ({ status, body }: Fault): boolean => status !== undefined || body !== undefined;
const contentType = ({ body }: Fault) => (typeof body === 'string' ? 'text/html' : 'application/json');

const answerOf = ({ status, body }: Fault): string => {
  if (typeof body === 'string') return body;
  const message = 'Injected fault.';
  return JSON.stringify(body ?? { statusCode: status, message, errors: [{ code: 'InjectedFault', message }] });
};

function resetConnection(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  reply.hijack();
  request.raw.socket.resetAndDestroy();
  return reply;
}

/** Announces the whole body, sends half of it. */
function half(reply: FastifyReply, payload: unknown): Readable {
  const body = Buffer.isBuffer(payload) ? payload : Buffer.from(String(payload ?? ''));
  reply.header('content-length', String(body.length));
  return Readable.from(
    (async function* () {
      yield body.subarray(0, Math.floor(body.length / 2));
      await sleep(5);
      throw new Error('the body is cut here on purpose');
    })(),
  );
}
