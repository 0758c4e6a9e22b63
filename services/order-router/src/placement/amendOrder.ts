import {
  type AmendablePart,
  amended,
  type AmendedPart,
  amending,
  changedParts,
  currentPlacement,
  type FulfillmentRequest,
  isShown,
  type OrderComparison,
  type PartMarks,
  type PlacementStep,
  toFulfillmentRequest,
} from '@pipeline/fulfillment';
import type { OrderSnapshot, Placement } from '@pipeline/schemas';
import { isExhausted, PipelineError, toPipelineError } from '@pipeline/streams';
import { createChangeOrder } from './changeOrder.ts';
import type { FreshOrder } from './freshOrder.ts';
import { hasLines, toMarks, toOrderContent } from './marks.ts';
import { entryOf, type PlacementParts, type Progress, type Work } from './work.ts';

const AMEND = 'amendOrder';

type AmendStep = Extract<PlacementStep, { readonly do: 'amend' }>;

/** One part of an order that is no more as it was sent. */
interface Change {
  readonly part: AmendablePart;
  readonly order: OrderSnapshot;
  /** undefined: its routing has a problem. */
  readonly request: FulfillmentRequest | undefined;
  readonly placement: Placement;
  readonly marks: PartMarks;
  /** Parts that the provider was made to change. */
  readonly applied: AmendablePart[];
}

/**
 * Brings a provider's order to what it is now at the platform, as far as that is possible. What changed since it was
 * sent, or compared the last time, is compared with the order at the provider, and changed only there where it differs:
 * so a change whose answer was lost is not made twice, and one that a person has made at the provider is left alone
 * until the shop changes the same part.
 */
export function createAmendOrder({ freshOrder, ...parts }: PlacementParts & { readonly freshOrder: FreshOrder }) {
  const { provider, routing, observer, member, clock, amendLines } = parts;
  const changeOrder = createChangeOrder(parts);

  return async (work: Work, { notBelow }: AmendStep): Promise<Progress> => {
    const order = await freshOrder(work, { notBelow });
    // Its deletion, or its cancel, says what becomes of it.
    if (!order || order.orderState === 'Cancelled') {
      const reason = order ? 'order-cancelled' : 'order-gone';
      observer.settled(entryOf(work, clock().wall), 'nothing', { reason });
      return 'done';
    }
    if (order.version < notBelow) throw behind(order, notBelow);
    if (work.event.orderVersion === 0) work.event = { ...work.event, orderVersion: order.version };
    const placement = currentPlacement(work.context.state.value);
    if (!placement) return 'done';
    const request = toRequest(work, order, placement);
    const marks = toMarks(order, request?.delivery);
    const ends: AmendedPart[] = [];
    const applied: AmendablePart[] = [];
    for (const part of changedParts(placement, marks)) {
      const end = await amendPart(work, { part, order, request, placement, marks, applied });
      if (!end) return 'again';
      ends.push(end);
    }
    const at = clock().wall;
    const entry = amended(entryOf(work, at), { orderVersion: order.version, marks, ends, at });
    await work.context.state.append(entry);
    observer.amended(entry, ends, { applied: applied.length > 0, origin: work.origin });
    return 'again';
  };

  function toRequest({ event }: Work, order: OrderSnapshot, { lock, tenantOrderId }: Placement) {
    const { projectKey } = event;
    const held = lock === 'payment' || lock === 'routing';
    const routed = toFulfillmentRequest(order, routing, { projectKey, held, tenantOrderId });
    return 'problem' in routed ? undefined : routed.request;
  }

  /** undefined: nothing was sent, begin again. */
  async function amendPart(work: Work, change: Change): Promise<AmendedPart | undefined> {
    const { part, order, placement, marks } = change;
    if (part === 'delivery') return { part, reason: isShown(placement, marks, part) ? null : 'delivery-fixed' };
    if (part === 'lines') {
      if (isShown(placement, marks, part)) return { part, reason: null };
      const content = toOrderContent(order, placement.collect);
      if (amendLines === 'ignore') return { part, reason: hasLines(placement.lines, content) ? null : 'lines-ignored' };
    }
    try {
      return await patch(work, { ...change, part });
    } catch (thrown) {
      const error = toPipelineError(thrown);
      if (error.errorClass === 'permanent' && error.stage === 'map') return { part, reason: error.code };
      throw thrown;
    }
  }

  async function patch(
    work: Work,
    { part, order, request, placement, applied }: Change & { readonly part: 'address' | 'lines' },
  ): Promise<AmendedPart | undefined> {
    const content = toOrderContent(order, placement.collect);
    const providerOrderId = placement.providerOrderId ?? '';
    const end = await changeOrder<OrderComparison>(work, {
      effect: AMEND,
      reads: 'compareOrder',
      read: (signal) =>
        provider.compareOrder({ providerOrderId, part, content, request: asPlaced(request, placement) }, signal),
      isOver: (comparison) => whyOver(comparison, order) !== undefined,
      toIntent: () => {
        const at = clock().wall;
        return amending(entryOf(work, at), { part, member, orderVersion: order.version, at });
      },
      call: async (comparison, permit) => {
        const amendedOrder = await provider.amendOrder(comparison, permit);
        applied.push(part);
        return { ...comparison, ...amendedOrder, isShown: true };
      },
    });
    switch (end.ended) {
      case 'not-started':
        return undefined;
      case 'gone':
        return { part, reason: 'provider-order-gone' };
      case 'refused':
        // Nobody has said no. It stays on record as under way, so that the redrive takes it up, or whatever comes before.
        if (isExhausted(end.error)) throw end.error;
        return { part, reason: end.error.code };
      case 'over': {
        const why = whyOver(end.order, order);
        return why === undefined || why === 'shown'
          ? { part, reason: null, ...(part === 'lines' ? { lines: end.order.lines } : {}) }
          : { part, reason: why };
      }
    }
  }
}

/** An order that would be collected now, and was placed to be sent, or the other way round, is another one. */
const asPlaced = (request: FulfillmentRequest | undefined, { collect }: Placement): FulfillmentRequest | undefined =>
  (request?.delivery.kind === 'collect') === collect ? request : undefined;

/** Why nothing is to be sent; undefined: something is. */
function whyOver(
  { isShown: shown, status }: OrderComparison,
  order: OrderSnapshot,
): 'shown' | 'provider-order-ended' | 'handed-over' | undefined {
  if (shown) return 'shown';
  if (status === 'CANCELLED' || status === 'OBSOLETE') return 'provider-order-ended';
  return hasLeft(order) ? 'handed-over' : undefined;
}

/** All of it. Of what has left in part the provider knows better. */
const hasLeft = ({ orderState, shipmentState }: OrderSnapshot): boolean =>
  orderState === 'Complete' || shipmentState === 'Shipped' || shipmentState === 'Delivered';

function behind({ id, version }: OrderSnapshot, notBelow: number): PipelineError {
  const message = `Order ${id} was read at version ${version}, but version ${notBelow} was announced; it is read again.`;
  return new PipelineError('transient', 'order-behind', message, { stage: 'call' });
}
