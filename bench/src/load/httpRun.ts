import { setTimeout as sleep } from 'node:timers/promises';
import { percentile } from '../statistics.ts';
import type { Bits } from './bits.ts';
import { createHttpConnection, type HttpConnection, type HttpOutcome } from './httpConnection.ts';
import { createDeliveryTemplate } from './httpDelivery.ts';
import type { HttpReport, HttpRun } from './httpProtocol.ts';
import { due } from './pace.ts';

/** How long a sender waits for an answer, as commercetools and fulfillmenttools do. */
const ANSWER_MS = 10_000;
const LONGEST_BACKOFF_MS = 10_000;
const CONNECTS_PER_MS = 2;

/** Numbers of all runs of a process: none is given twice. */
export interface Numbers {
  next: number;
  readonly acked: Bits;
}

interface Delivery {
  readonly number: number;
  readonly dueAt: number;
  attempt: number;
}

/** Sends deliveries for as long as the run says. What is not acknowledged is sent again after a while, as its sender would. */
export async function runHttp(run: HttpRun, numbers: Numbers): Promise<HttpReport> {
  const { target, arrival, connections, warmMs, measuredMs } = run;
  const template = createDeliveryTemplate(target);
  const port = Number(new URL(target.url).port);
  const startedAt = performance.now();
  const measureFrom = startedAt + warmMs;
  const endAt = measureFrom + measuredMs;
  const latencies: number[] = [];
  const perSecond: number[][] = [];
  const errors: Record<string, number> = {};
  const waiting: Delivery[] = [];
  const idle: HttpConnection[] = [];
  const open: HttpConnection[] = [];
  const timers = new Set<NodeJS.Timeout>();
  // Thousands that connect in one instant would measure the kernel's queue of connections.
  const rampMs = connections / CONNECTS_PER_MS;
  let over = false;

  const newDelivery = (dueAt: number): Delivery => ({ number: numbers.next++, dueAt, attempt: 1 });

  const later = (ms: number, what: () => void): void => {
    const timer = setTimeout(() => {
      timers.delete(timer);
      if (!over) what();
    }, ms);
    timers.add(timer);
  };

  const acknowledge = ({ number, dueAt }: Delivery, at: number): void => {
    if (run.counted) numbers.acked.add(number);
    (perSecond[Math.floor((at - startedAt) / 1_000)] ??= []).push(at - dueAt);
    if (at >= measureFrom && at < endAt) latencies.push(at - dueAt);
  };

  const send = (connection: HttpConnection, delivery: Delivery): void =>
    connection.send(template.toRequest(delivery.number), (outcome) => settle(connection, delivery, outcome));

  const settle = (connection: HttpConnection, delivery: Delivery, { status, retryAfterMs }: HttpOutcome): void => {
    if (over) return;
    const at = performance.now();
    if (status === 200) {
      acknowledge(delivery, at);
      return goOn(connection);
    }
    if (at >= measureFrom) errors[status] = (errors[status] ?? 0) + 1;
    const wait = Math.max(retryAfterMs, Math.random() * Math.min(LONGEST_BACKOFF_MS, 1_000 * 2 ** delivery.attempt));
    delivery.attempt += 1;
    if (arrival.is === 'closed') return later(wait, () => send(connection, delivery));
    later(wait, () => {
      waiting.push(delivery);
      drain();
    });
    goOn(connection);
  };

  const goOn = (connection: HttpConnection): void => {
    if (arrival.is === 'closed') return send(connection, newDelivery(performance.now()));
    idle.push(connection);
    drain();
  };

  const drain = (): void => {
    while (waiting.length > 0 && idle.length > 0) send(idle.pop() as HttpConnection, waiting.shift() as Delivery);
  };

  for (let opened = 0; opened < connections; opened += 1) {
    const connection = createHttpConnection(port, ANSWER_MS);
    open.push(connection);
    if (arrival.is === 'closed') later(Math.random() * rampMs, () => goOn(connection));
    else idle.push(connection);
  }
  for (let made = 0; performance.now() < endAt; ) {
    await sleep(arrival.is === 'paced' ? 2 : 20);
    if (arrival.is === 'closed') continue;
    const until = due(performance.now() - startedAt, arrival.perSecond, Number.MAX_SAFE_INTEGER);
    for (; made < until; made += 1) waiting.push(newDelivery(startedAt + (made * 1_000) / arrival.perSecond));
    drain();
  }
  over = true;
  for (const timer of timers) clearTimeout(timer);
  for (const connection of open) connection.close();
  return {
    acked: latencies.length,
    ackedPerSecond: (latencies.length * 1_000) / measuredMs,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
    p999Ms: percentile(latencies, 0.999),
    errors,
    seconds: Array.from(perSecond, (times = []) => ({ acked: times.length, p99Ms: percentile(times, 0.99) })),
  };
}
