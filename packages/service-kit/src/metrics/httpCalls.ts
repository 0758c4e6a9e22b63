import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Metrics } from './metrics.ts';

/** What undici tells about a request on its diagnostics channels; the request itself identifies it. */
interface RequestMessage {
  readonly request: { readonly origin: string | URL; readonly method: string };
}
interface HeadersMessage extends RequestMessage {
  readonly response: { readonly statusCode: number };
}

interface Call {
  readonly target: string;
  readonly method: string;
  readonly startedAt: number;
  statusClass: string | undefined;
}

export interface HttpCalls {
  /** Measures calls to this base URL's host under this label. Calls to other hosts are not counted. */
  addTarget(url: string, target: string): void;
  stop(): void;
}

const MOST_ORIGINS = 100;

/**
 * Measures every call that the process makes through undici to one of the targets, from its creation to the last byte of
 * the answer, whichever client makes it.
 */
export function measureHttpCalls(metrics: Pick<Metrics, 'httpClientRequest'>): HttpCalls {
  const byOrigin = new Map<string, string>();
  /** Clients give the same few texts again and again. */
  const byText = new Map<string, string | undefined>();
  const calls = new WeakMap<object, Call>();

  function targetOf(text: string): string | undefined {
    if (!byText.has(text)) {
      if (byText.size === MOST_ORIGINS) byText.clear();
      byText.set(text, byOrigin.get(new URL(text).origin));
    }
    return byText.get(text);
  }

  const finish = (request: object, fallback: string): void => {
    const call = calls.get(request);
    if (!call) return;
    calls.delete(request);
    const { target, method, startedAt, statusClass = fallback } = call;
    metrics.httpClientRequest.observe(
      { target, method, status_class: statusClass },
      (performance.now() - startedAt) / 1_000,
    );
  };
  const listeners: readonly [string, (message: unknown) => void][] = [
    [
      'undici:request:create',
      (message) => {
        const { request } = message as RequestMessage;
        const target = targetOf(String(request.origin));
        if (target !== undefined)
          calls.set(request, { target, method: request.method, startedAt: performance.now(), statusClass: undefined });
      },
    ],
    [
      'undici:request:headers',
      (message) => {
        const { request, response } = message as HeadersMessage;
        const call = calls.get(request);
        if (call) call.statusClass = `${Math.floor(response.statusCode / 100)}xx`;
      },
    ],
    ['undici:request:trailers', (message) => finish((message as RequestMessage).request, 'error')],
    [
      'undici:request:error',
      (message) => {
        const { request } = message as RequestMessage;
        const call = calls.get(request);
        // An answer that was cut is no answer, whatever its status said.
        if (call) call.statusClass = 'error';
        finish(request, 'error');
      },
    ],
  ];
  for (const [channel, listener] of listeners) subscribe(channel, listener);
  return {
    addTarget(url, target) {
      byOrigin.set(new URL(url).origin, target);
      byText.clear();
    },
    stop() {
      for (const [channel, listener] of listeners) unsubscribe(channel, listener);
    },
  };
}
