import type { Agent, Dispatcher } from 'undici';
import { acceptedEncoding, inflate } from './inflate.ts';

export interface ExchangeRequest {
  readonly origin: string;
  /** With the query. */
  readonly path: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
  /** Asked when the connection is there, right before the first byte: false sends nothing. (Default: true) */
  readonly maySend?: () => boolean;
}

export interface Exchanged {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/** An answer whose body was cut, or is not what its head says: that it came, and its status, are known all the same. */
export class CutAnswer extends Error {
  override readonly name = 'CutAnswer';
  readonly head: Omit<Exchanged, 'body'>;
  constructor(head: Omit<Exchanged, 'body'>, cause: Error) {
    super('The answer was cut.', { cause });
    this.head = head;
  }
}

/** `maySend` said no: not a byte has left. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

/** Largest answer that is read, in bytes, before and after it is inflated. */
export const MAX_ANSWER_BYTES = 32 * 1_024 * 1_024;

/**
 * One request and its complete answer, whatever the status; redirects are answers. Not `fetch`, whose streams, headers
 * and checks for browsers took a quarter of the status-writer's CPU time.
 *
 * Rejects with what the connection failed with, with `CutAnswer` once there was a head, with `NotSent`, or with the
 * signal's reason as soon as that aborts: what waits for a connection is not sent any more then.
 */
export function exchange(agent: Agent, request: ExchangeRequest, signal: AbortSignal): Promise<Exchanged> {
  const { promise, resolve, reject } = Promise.withResolvers<Exchanged>();
  let controller: Dispatcher.DispatchController | undefined;
  const abort = (): void => {
    const reason = toError(signal.reason);
    reject(reason);
    controller?.abort(reason);
  };
  signal.addEventListener('abort', abort, { once: true });
  const chunks: Buffer[] = [];
  let head: Omit<Exchanged, 'body'> | undefined;
  const { origin, path, method, headers, body = null, maySend = always } = request;
  agent.dispatch(
    { origin, path, method: method as Dispatcher.HttpMethod, headers: { ...accepted, ...headers }, body },
    {
      onRequestStart(started) {
        controller = started;
        if (signal.aborted) started.abort(toError(signal.reason));
        else if (!maySend()) started.abort(new NotSent('It was not to be sent any more.'));
      },
      onResponseStart(_controller, status, answered) {
        // 1xx: the answer is still to come.
        if (status >= 200) head = { status, headers: answered };
      },
      onResponseData: (_controller, chunk) => void chunks.push(chunk),
      onResponseEnd() {
        try {
          if (head) resolve({ ...head, body: toBody(chunks, head.headers['content-encoding']) });
          else reject(new Error('There was no answer.'));
        } catch (error) {
          reject(head ? new CutAnswer(head, toError(error)) : toError(error));
        }
      },
      onResponseError: (_controller, error) => reject(head ? new CutAnswer(head, error) : error),
    },
  );
  return promise.finally(() => signal.removeEventListener('abort', abort));
}

const always = (): boolean => true;
const accepted = { accept: 'application/json', 'accept-encoding': acceptedEncoding };

function toBody(chunks: readonly Buffer[], encoding: string | string[] | undefined): Buffer {
  const bytes = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  return inflate(bytes, String(encoding ?? ''), MAX_ANSWER_BYTES);
}

const utf8 = new TextDecoder();

/** A body in UTF-8, without a byte order mark. */
export const toText = (body: Buffer): string => utf8.decode(body);

const toError = (reason: unknown): Error =>
  reason instanceof Error ? reason : new Error('The request was given up.', { cause: reason });
