import {
  type Correlation,
  type FulfillmenttoolsNotification,
  type FulfillmenttoolsReads,
  mappedEvents,
  PROVIDER,
  parseNotification,
  toCorrelation,
  toFulfillmentEvent,
} from '@pipeline/provider-fulfillmenttools';
import { type OrderLink, topics } from '@pipeline/schemas';
import { eventHeaders } from '@pipeline/service-kit';
import {
  CallAgain,
  type Handler,
  type HandlerContext,
  type Message,
  outgoing,
  type OutgoingMessage,
} from '@pipeline/streams';
import { correlate, type Resolution } from '../correlate.ts';
import type { Links } from '../links.ts';

export interface PublishFulfillmentEventOptions {
  readonly reads: FulfillmenttoolsReads;
  readonly links: Pick<Links, 'get'>;
  readonly projectKey: string;
  readonly instance: string;
  /** How long an event waits for its link before fulfillmenttools is asked. */
  readonly waitMs: number;
  readonly byTenantOrderId: boolean;
  /** name@version */
  readonly producer: string;
  readonly observer: CorrelationObserver;
}

export interface CorrelationObserver {
  ignored(reason: string): void;
  foreign(): void;
  /** +1: an event began to wait, -1: it goes on. */
  held(change: 1 | -1): void;
}

/** A link usually follows within a second: it wakes the event itself, this is for when it does not. */
const LOOK_AGAIN_MS = 1_000;
const mapped = new Set(mappedEvents);

/** Normalises a landed notification: at most one event, keyed by the commerce platform's order. */
export function createPublishFulfillmentEvent(options: PublishFulfillmentEventOptions): Handler<Uint8Array> {
  const { reads, links, projectKey, instance, waitMs, byTenantOrderId, producer, observer } = options;
  /** When an event began to wait, by the message itself: kept while it waits, gone with it. */
  const waitingSince = new WeakMap<Message<Uint8Array>, number>();

  /** Asks fulfillmenttools whose process it is; the answer is remembered as a link, also when it is "not ours". */
  async function ask(
    correlation: Correlation,
    { read }: HandlerContext,
  ): Promise<{ resolution: Resolution | 'gone'; remember: OutgoingMessage[] }> {
    const processId = await read((signal) => findProcessId(correlation, reads, signal));
    if (processId === null) return { resolution: { resolved: 'foreign' }, remember: [] };
    const process =
      processId === undefined ? undefined : await read((signal) => reads.readProcessOrderId(processId, signal));
    if (!process) return { resolution: 'gone', remember: [] };
    const ours = process.orderId !== null && (process.projectKey === null || process.projectKey === projectKey);
    const link: OrderLink = {
      orderId: ours ? process.orderId : null,
      projectKey: process.projectKey,
      provider: PROVIDER,
      instance,
      processId: process.processId,
      tenantOrderId: process.tenantOrderId,
      providerOrderId: process.providerOrderId,
      linkedAt: Date.now(),
    };
    const resolution: Resolution =
      link.orderId === null
        ? { resolved: 'foreign' }
        : { resolved: 'ours', orderId: link.orderId, processId: process.processId };
    return { resolution, remember: [outgoing(topics.fulfillmentLinks, process.processId, link)] };
  }

  function waitForLink(message: Message<Uint8Array>): void {
    const since = waitingSince.get(message);
    if (since === undefined) observer.held(1);
    waitingSince.set(message, since ?? performance.now());
    if (since === undefined || performance.now() - since < waitMs)
      throw new CallAgain(Math.min(LOOK_AGAIN_MS, waitMs), 'not linked yet');
  }

  function endWaiting(message: Message<Uint8Array>): void {
    if (waitingSince.delete(message)) observer.held(-1);
  }

  async function toEvent(
    notification: FulfillmenttoolsNotification,
    message: Message<Uint8Array>,
    found: Resolution & { resolved: 'ours' },
    { read }: HandlerContext,
  ) {
    const pickJobId = notification.event === 'PICK_JOB_PICKING_FINISHED' ? pickJobIdOf(notification) : null;
    const loadUnitsAmount =
      pickJobId === null ? null : ((await read((signal) => reads.getLoadUnitsAmount(pickJobId, signal))) ?? null);
    const { orderId, processId } = found;
    return toFulfillmentEvent(notification, {
      orderId,
      projectKey,
      instance,
      processId,
      receivedAt: message.timestamp,
      loadUnitsAmount,
    });
  }

  return async ([message], context) => {
    const notification = parseNotification(message.value);
    if (!mapped.has(notification.event)) {
      observer.ignored('other-event');
      return [];
    }
    const correlation = toCorrelation(notification);
    let resolution: Resolution | 'gone' = correlate({ correlation, projectKey, linkOf: links.get, byTenantOrderId });
    let remember: readonly OutgoingMessage[] = [];
    if (resolution.resolved === 'not-yet') {
      waitForLink(message);
      ({ resolution, remember } = await ask(correlation, context));
    }
    endWaiting(message);
    if (resolution === 'gone' || resolution.resolved !== 'ours') {
      if (resolution === 'gone') observer.ignored('process-gone');
      else observer.foreign();
      return remember;
    }
    const event = await toEvent(notification, message, resolution, context);
    if (!event) {
      observer.ignored('says-nothing');
      return remember;
    }
    const headers = eventHeaders({
      from: message.headers,
      id: event.eventId,
      type: `fulfillment.${event.type}`,
      source: `/${PROVIDER}/${instance}`,
      occurredAt: event.occurredAt,
      producer,
    });
    return [...remember, outgoing(topics.fulfillmentEvents, event.orderId, event, headers)];
  };
}

function pickJobIdOf({ payload }: FulfillmenttoolsNotification): string | null {
  const { id } = (typeof payload === 'object' && payload !== null ? payload : {}) as { id?: unknown };
  return typeof id === 'string' ? id : null;
}

/** null: nothing leads to a process; undefined: what leads to it no longer exists. */
async function findProcessId(
  { processId, pickJobRef, itemReturnJobRef }: Correlation,
  reads: FulfillmenttoolsReads,
  signal: AbortSignal,
): Promise<string | null | undefined> {
  if (processId !== null) return processId;
  if (itemReturnJobRef !== null) return reads.readItemReturnJobProcessId(itemReturnJobRef, signal);
  return pickJobRef === null ? null : reads.readPickJobProcessId(pickJobRef, signal);
}
