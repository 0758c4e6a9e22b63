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
import { type FulfillmentEvent, type OrderLink, topics } from '@pipeline/schemas';
import { endingWaits, eventHeaders, type Waiting } from '@pipeline/service-kit';
import {
  CallAgain,
  type Handler,
  type HandlerContext,
  type Message,
  outgoing,
  type PipelineError,
  toPipelineError,
} from '@pipeline/streams';
import { type Answer, askProvider } from '../askProvider.ts';
import { correlate, type Resolution } from '../correlate.ts';
import type { Links } from '../links.ts';

export interface PublishFulfillmentEventOptions {
  readonly reads: FulfillmenttoolsReads;
  readonly links: Pick<Links, 'get'>;
  readonly projectKey: string;
  readonly instance: string;
  readonly waiting: Waiting<Message<Uint8Array>>;
  /** How long, in milliseconds, an event waits for its link before fulfillmenttools is asked. */
  readonly waitMs: number;
  readonly byTenantOrderId: boolean;
  /** name@version */
  readonly producer: string;
  readonly observer: CorrelationObserver;
  /** Milliseconds since the epoch. (Default: Date.now) */
  readonly now?: () => number;
}

export interface CorrelationObserver {
  ignored(reason: string): void;
  foreign(): void;
  /** The event goes on without the number of load units. */
  loadUnitsRefused(error: PipelineError): void;
}

type Notified = Message<Uint8Array>;
type Found = Exclude<Resolution, { readonly resolved: 'not-yet' }> | Answer['resolution'];

/** A link usually follows within a second: it wakes the event itself, this is for when it does not. */
const LOOK_AGAIN_MS = 1_000;
const mapped = new Set(mappedEvents);

/** Normalises a landed notification: at most one event, keyed by the commerce platform's order. */
export function createPublishFulfillmentEvent(options: PublishFulfillmentEventOptions): Handler<Uint8Array> {
  const { reads, links, projectKey, instance, waiting, waitMs, byTenantOrderId, producer, observer } = options;
  const { now = Date.now } = options;
  const known = (correlation: Correlation): Resolution =>
    correlate({ correlation, projectKey, linkOf: links.get, byTenantOrderId });

  /** What is known, else what fulfillmenttools knows: that it is asked only after a while is what `waitMs` is for. */
  async function resolve(
    correlation: Correlation,
    message: Notified,
    context: HandlerContext,
  ): Promise<{ readonly found: Found; readonly link: OrderLink | null }> {
    const found = known(correlation);
    if (found.resolved !== 'not-yet') return { found, link: null };
    const waitedMs = waiting.since(message, context.signal);
    if (waitedMs === undefined || waitedMs < waitMs)
      throw new CallAgain(Math.min(LOOK_AGAIN_MS, waitMs), 'not linked yet');
    const input = { correlation, reads, projectKey, instance, now: now() };
    const { resolution, link } = await context.read((signal) => askProvider(input, signal));
    // The link may have come meanwhile; one that says "not ours" must not be written over it.
    const meanwhile = known(correlation);
    return meanwhile.resolved === 'not-yet' ? { found: resolution, link } : { found: meanwhile, link: null };
  }

  async function toEvent(
    notification: FulfillmenttoolsNotification,
    message: Notified,
    { orderId, processId }: Resolution & { resolved: 'ours' },
    { read }: HandlerContext,
  ): Promise<FulfillmentEvent | undefined> {
    const pickJobId = notification.event === 'PICK_JOB_PICKING_FINISHED' ? pickJobIdOf(notification) : null;
    const loadUnitsAmount = pickJobId === null ? null : await read((signal) => readLoadUnits(pickJobId, signal));
    const receivedAt = message.timestamp;
    return toFulfillmentEvent(notification, { orderId, projectKey, instance, processId, receivedAt, loadUnitsAmount });
  }

  /** Beside the event and dispensable: what fulfillmenttools refuses for good must not keep the event. */
  async function readLoadUnits(pickJobId: string, signal: AbortSignal): Promise<number | null> {
    try {
      return (await reads.getLoadUnitsAmount(pickJobId, signal)) ?? null;
    } catch (thrown) {
      const error = toPipelineError(thrown);
      if (!['permanent', 'auth', 'gone'].includes(error.errorClass)) throw error;
      observer.loadUnitsRefused(error);
      return null;
    }
  }

  function toHeaders(event: FulfillmentEvent, message: Notified): Record<string, string> {
    return eventHeaders({
      from: message.headers,
      id: event.eventId,
      type: `fulfillment.${event.type}`,
      source: `/${PROVIDER}/${instance}`,
      occurredAt: event.occurredAt,
      producer,
    });
  }

  const normalise: Handler<Uint8Array> = async ([message], context) => {
    const notification = parseNotification(message.value);
    if (!mapped.has(notification.event)) {
      observer.ignored('other-event');
      return [];
    }
    const { found, link } = await resolve(toCorrelation(notification), message, context);
    const remembered = link?.processId ? [outgoing(topics.fulfillmentLinks, link.processId, link)] : [];
    if (found.resolved !== 'ours') {
      if (found.resolved === 'gone') observer.ignored('process-gone');
      else observer.foreign();
      return remembered;
    }
    const event = await toEvent(notification, message, found, context);
    if (!event) {
      observer.ignored('says-nothing');
      return remembered;
    }
    return [...remembered, outgoing(topics.fulfillmentEvents, event.orderId, event, toHeaders(event, message))];
  };

  return endingWaits(waiting, normalise);
}

function pickJobIdOf({ payload }: FulfillmenttoolsNotification): string | null {
  const { id } = (typeof payload === 'object' && payload !== null ? payload : {}) as { id?: unknown };
  return typeof id === 'string' ? id : null;
}
