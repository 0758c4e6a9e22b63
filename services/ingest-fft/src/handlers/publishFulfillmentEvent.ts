import {
  type Correlation,
  type FulfillmenttoolsNotification,
  type FulfillmenttoolsReads,
  mappedEvents,
  PROVIDER,
  parseNotification,
  toCorrelation,
  toFulfillmentEvent,
  type UnknownValue,
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
import { askProvider, unresolvedOrder } from '../askProvider.ts';
import { correlate, type Resolution } from '../correlate.ts';
import type { Links } from '../links.ts';

export interface PublishFulfillmentEventOptions {
  readonly reads: FulfillmenttoolsReads;
  /** The same for what a catch-up has landed: each call waits for its turn, then takes a place by itself. */
  readonly readsInTurn: (context: Pick<HandlerContext, 'read' | 'signal'>) => FulfillmenttoolsReads;
  readonly links: Pick<Links, 'get' | 'put'>;
  readonly projectKey: string;
  readonly instance: string;
  readonly waiting: Waiting<Message<Uint8Array>>;
  /** How long, in milliseconds, an event waits for its link before fulfillmenttools is asked. */
  readonly waitMs: number;
  /** How long after its landing, in milliseconds, what cannot be found at fulfillmenttools is looked for. */
  readonly giveUpMs: number;
  readonly byTenantOrderId: boolean;
  /** name@version */
  readonly producer: string;
  readonly observer: CorrelationObserver;
  /** Milliseconds since the epoch. (Default: Date.now) */
  readonly now?: () => number;
}

export interface CorrelationObserver {
  /** The event is handed over to Kafka; said again when Kafka did not take it and the notification is handled again. */
  published(event: FulfillmentEvent): void;
  ignored(reason: string): void;
  foreign(): void;
  /** The event goes on with UNKNOWN in its place. Said again when the notification is handled again. */
  unknownValue(value: UnknownValue): void;
  /** The event goes on without the number of load units. */
  loadUnitsRefused(error: PipelineError): void;
}

type Notified = Message<Uint8Array>;
type Found = Exclude<Resolution, { readonly resolved: 'not-yet' }> | { readonly resolved: 'gone' };

/** A link usually follows within a second and wakes the message: only what waits longer is worth being held aside. */
const IN_PLACE_MS = 1_000;
const mapped = new Set(mappedEvents);

/** Normalises a landed notification: at most one event, keyed by the commerce platform's order. */
export function createPublishFulfillmentEvent(options: PublishFulfillmentEventOptions): Handler<Uint8Array> {
  const { links, projectKey, instance, waiting, byTenantOrderId, producer, observer } = options;
  const { waitMs, giveUpMs, now = Date.now } = options;
  const known = (correlation: Correlation): Resolution =>
    correlate({ correlation, projectKey, linkOf: links.get, byTenantOrderId });

  /** Asks fulfillmenttools; on behalf of a catch-up no oftener than a catch-up may. */
  function ask<Result>(
    name: string,
    { message, context }: { readonly message: Notified; readonly context: HandlerContext },
    call: (reads: FulfillmenttoolsReads, signal: AbortSignal) => Promise<Result>,
  ): Promise<Result> {
    return message.headers['origin'] === 'catch-up'
      ? call(options.readsInTurn(context), context.signal)
      : context.read({ name }, (signal) => call(options.reads, signal));
  }

  /** Throws until the link had `waitMs` to come: a moment where the message lies, then held aside. */
  function waitForLink(message: Notified, signal: AbortSignal): void {
    const inPlaceMs = Math.min(IN_PLACE_MS, waitMs);
    if (message.heldSince !== undefined) {
      const restMs = waitMs - inPlaceMs - (now() - message.heldSince);
      if (restMs > 0) throw new CallAgain(restMs, 'not linked yet');
      return;
    }
    if (waitMs === 0) return;
    if ((waiting.since(message, signal) ?? 0) < inPlaceMs) throw new CallAgain(inPlaceMs, 'not linked yet');
    if (waitMs > inPlaceMs) throw new CallAgain(waitMs - inPlaceMs, 'not linked yet', { hold: true });
  }

  /** Asked again after as long as it has been looked for: about twelve times in a day. */
  function lookAgain(message: Notified): CallAgain {
    const lookedForMs = now() - (message.heldSince ?? now());
    return new CallAgain(Math.max(waitMs, lookedForMs, IN_PLACE_MS), 'not found yet', { hold: true });
  }

  /** What is known, else what fulfillmenttools knows: that it is asked only after a while is what `waitMs` is for. */
  async function resolve(
    correlation: Correlation,
    message: Notified,
    context: HandlerContext,
  ): Promise<{ readonly found: Found; readonly link: OrderLink | null }> {
    const found = known(correlation);
    if (found.resolved !== 'not-yet') return { found, link: null };
    waitForLink(message, context.signal);
    const input = { correlation, projectKey, instance, now: now() };
    const { resolution, link } = await ask(toRead(correlation), { message, context }, (reads, signal) =>
      askProvider({ ...input, reads }, signal),
    );
    // The link may have come meanwhile; one that says "not ours" must not be written over it.
    const meanwhile = known(correlation);
    if (meanwhile.resolved !== 'not-yet') return { found: meanwhile, link: null };
    if (resolution.resolved !== 'missing') return remember({ found: resolution, link });
    if (now() - message.timestamp < giveUpMs) throw lookAgain(message);
    const { processId } = resolution;
    if (processId === null) throw unresolvedOrder(LEADS_NOWHERE);
    return remember({ found: { resolved: 'gone' }, link: toGoneLink(processId, instance, now()) });
  }

  /** Also here, at once: others of the same process may be handled before the link comes back from its topic. */
  function remember(answer: { readonly found: Found; readonly link: OrderLink | null }) {
    if (answer.link?.processId) links.put(answer.link.processId, answer.link);
    return answer;
  }

  async function toEvent(
    notification: FulfillmenttoolsNotification,
    message: Notified,
    { orderId, processId }: Resolution & { resolved: 'ours' },
    context: HandlerContext,
  ): Promise<FulfillmentEvent | undefined> {
    const loadUnitsAmount = await toLoadUnits(notification, message, context);
    const receivedAt = message.timestamp;
    const known = { orderId, projectKey, instance, processId, receivedAt, loadUnitsAmount };
    return toFulfillmentEvent(notification, { ...known, onUnknown: (value) => observer.unknownValue(value) });
  }

  /** Beside the event and dispensable: what fulfillmenttools refuses for good must not keep the event. */
  async function toLoadUnits(
    notification: FulfillmenttoolsNotification,
    message: Notified,
    context: HandlerContext,
  ): Promise<number | null> {
    if (notification.loadUnitsAmount !== undefined) return notification.loadUnitsAmount;
    const pickJobId = notification.event === 'PICK_JOB_PICKING_FINISHED' ? pickJobIdOf(notification) : null;
    if (pickJobId === null) return null;
    try {
      const amount = await ask('getLoadUnits', { message, context }, (reads, signal) =>
        reads.getLoadUnitsAmount(pickJobId, signal),
      );
      return amount ?? null;
    } catch (thrown) {
      const error = toPipelineError(thrown);
      if (!isRefused(error)) throw error;
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
    observer.published(event);
    return [...remembered, outgoing(topics.fulfillmentEvents, event.orderId, event, toHeaders(event, message))];
  };

  return endingWaits(waiting, normalise);
}

/** A token that was refused, even twice, says nothing about what was asked: the next one may be good. */
const isRefused = ({ errorClass, httpStatus }: PipelineError): boolean =>
  ['permanent', 'gone'].includes(errorClass) || (errorClass === 'auth' && httpStatus === 403);

const LEADS_NOWHERE =
  'The job that should lead to its process is not there at fulfillmenttools: look it up there, then redrive or leave it.';

/** So that what comes of the process later costs no call. */
const toGoneLink = (processId: string, instance: string, now: number): OrderLink => ({
  orderId: null,
  projectKey: null,
  provider: PROVIDER,
  instance,
  processId,
  tenantOrderId: null,
  providerOrderId: null,
  linkedAt: now,
});

function pickJobIdOf({ payload }: FulfillmenttoolsNotification): string | null {
  const { id } = (typeof payload === 'object' && payload !== null ? payload : {}) as { id?: unknown };
  return typeof id === 'string' ? id : null;
}

/** What is asked first: another one may be answered while this one fails for all. */
function toRead({ processId, itemReturnJobRef }: Correlation): string {
  if (processId !== null) return 'findOrderOfProcess';
  return itemReturnJobRef === null ? 'findOrderOfPickJob' : 'findOrderOfReturnJob';
}
