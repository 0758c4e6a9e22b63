import { connect, type Socket } from 'node:net';

/**
 * How a request ended: its status; `closed` without an answer; `timeout`. `retryAfterMs` is what the answer asks for.
 */
export interface HttpOutcome {
  readonly status: number | 'closed' | 'timeout';
  readonly retryAfterMs: number;
}

/** One HTTP/1.1 connection with one request at a time, opened when it is needed, kept while the server keeps it. */
export interface HttpConnection {
  /** Never rejects. Not to be called before the last outcome. */
  send(request: Buffer, done: (outcome: HttpOutcome) => void): void;
  close(): void;
}

const CLOSED: HttpOutcome = { status: 'closed', retryAfterMs: 0 };
const TIMEOUT: HttpOutcome = { status: 'timeout', retryAfterMs: 0 };

/**
 * Bare sockets and as little parsing as the answers of our server need: the load must not be what is measured.
 * (undici costs twice the CPU of it for each request.)
 */
export function createHttpConnection(port: number, timeoutMs: number): HttpConnection {
  let socket: Socket | undefined;
  let waiting: ((outcome: HttpOutcome) => void) | undefined;
  let received = '';

  const end = (outcome: HttpOutcome): void => {
    const done = waiting;
    waiting = undefined;
    received = '';
    done?.(outcome);
  };

  const drop = (outcome: HttpOutcome): void => {
    const dropped = socket;
    socket = undefined;
    dropped
      ?.removeAllListeners()
      .on('error', () => undefined)
      .destroy();
    end(outcome);
  };

  const read = (text: string): void => {
    received += text;
    const answer = readAnswer(received);
    if (answer === undefined) return;
    const outcome = { status: answer.status, retryAfterMs: answer.retryAfterMs };
    if (answer.keep) end(outcome);
    else drop(outcome);
  };

  const open = (): Socket => {
    const opened = connect({ port, host: '127.0.0.1', noDelay: true });
    opened.setEncoding('latin1');
    opened.setTimeout(timeoutMs, () => drop(TIMEOUT));
    opened.on('data', read as (chunk: string | Buffer) => void);
    opened.on('error', () => drop(CLOSED));
    opened.on('close', () => drop(CLOSED));
    return opened;
  };

  return {
    send(request, done) {
      waiting = done;
      socket ??= open();
      socket.write(request);
    },
    close: () => drop(CLOSED),
  };
}

interface ReadAnswer extends HttpOutcome {
  readonly status: number;
  /** The connection may be used again. */
  readonly keep: boolean;
}

/** undefined: it is not all there yet. */
export function readAnswer(text: string): ReadAnswer | undefined {
  const end = text.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const head = text.slice(0, end);
  const length = Number(/\r\ncontent-length: *(\d+)/i.exec(head)?.[1] ?? 0);
  if (text.length < end + 4 + length) return undefined;
  return {
    status: Number(head.slice(9, 12)),
    retryAfterMs: Number(/\r\nretry-after: *(\d+)/i.exec(head)?.[1] ?? 0) * 1_000,
    keep: !/\r\nconnection: *close/i.test(head),
  };
}
