import { randomUUID } from 'node:crypto';
import type { LoadUnit, OrderLine, PickJob, PickLine, RoutingPlan } from '../core/model.ts';
import { noWorkflow } from '../core/model.ts';
import { newEntity, present, type World } from '../core/world.ts';
import { divide, piecesOf } from './lines.ts';
import { kindOf, type Part, type Stage } from './stage.ts';
import type { Found } from './step.ts';

/** Short ids are for people: two letters and two digits, not unique. */
export function shortId(world: World): string {
  const letter = () => String.fromCharCode(world.random.between(65, 90));
  return `${letter()}${letter()}${world.random.between(10, 99)}`;
}

/**
 * The pick job of a part at one facility. It inherits the customAttributes of order and lines. At the end of a leg
 * between two facilities it waits for the goods; at its beginning they are to be shipped, however the customer gets them.
 */
export function toPickJob({ world, record }: Stage, plan: RoutingPlan, { transfer }: Part): PickJob {
  const { order } = record;
  const { tenantOrderId, customAttributes, tags, stickers } = order;
  const identity = newEntity(world);
  const expected = plan['expectedLineItems'] as readonly (OrderLine & { readonly transferId: string })[] | undefined;
  return {
    ...identity,
    ...present({ tenantOrderId, customAttributes, tags, stickers }),
    ...(transfer === undefined ? {} : { transfers: [transfer] }),
    ...(expected === undefined ? {} : { expectedPickLineItems: expected.map(toExpected) }),
    orderRef: order.id,
    processId: order.processId,
    orderDate: order.orderDate,
    facilityRef: plan.facilityRef ?? 'no-facility',
    routingPlanRef: plan.id,
    shortId: shortId(world),
    status: expected === undefined ? 'OPEN' : 'WAITING_FOR_INPUT',
    deliveryinformation: {
      channel: kindOf(record) === 'COLLECT' && transfer?.type !== 'SUPPLIER' ? 'COLLECT' : 'SHIPPING',
      targetTime: order.deliveryPreferences?.targetTime ?? identity.created,
    },
    documentsRef: randomUUID(),
    pickLineItems: plan.orderLineItems.map(toPickLine),
    workflowInformation: noWorkflow,
  };
}

const toExpected = ({ id, article, quantity, transferId }: OrderLine & { readonly transferId: string }) => ({
  ...{ id, article, quantity, transferId },
});

export const toPickLine = (line: OrderLine): PickLine => ({
  id: randomUUID(),
  originId: line.id,
  article: line.article,
  quantity: line.quantity,
  picked: 0,
  status: 'OPEN',
  ...(line.customAttributes === undefined ? {} : { customAttributes: line.customAttributes }),
});

/** The lines after picking. The last piece is the one that is not found, or that another article stands for. */
export function pickedLines(lines: readonly PickLine[], found: Found): PickLine[] {
  const count = found === 'none' ? 0 : piecesOf(lines) - (found === 'all' ? 0 : 1);
  const [taken] = divide(lines, count);
  return lines.map((line): PickLine => {
    const picked = taken.find(({ id }) => id === line.id)?.quantity ?? 0;
    const missing = line.quantity - picked;
    const closed = { ...line, picked, status: 'CLOSED' } as const;
    if (missing === 0) return closed;
    if (found === 'substitute') return { ...closed, substituteLineItems: [toSubstitute(line, missing)] };
    return { ...closed, shortPickReason: { reasonLocalized: { en_US: 'Not found' } } } as PickLine;
  });
}

const toSubstitute = ({ article }: PickLine, quantity: number) => ({
  id: randomUUID(),
  article: { tenantArticleId: `${article.tenantArticleId}-substitute`, title: `${article.title} (substitute)` },
  quantity,
  picked: quantity,
});

/** One to three load units; the goods are in the first. */
export function toLoadUnits(world: World, pickJob: PickJob): LoadUnit[] {
  return Array.from({ length: world.random.between(1, 3) }, (_, index) => ({
    ...newEntity(world),
    status: 'AVAILABLE',
    nameLocalized: { en_US: `Bag ${index + 1}` },
    facilityRef: pickJob.facilityRef,
    pickJobRefs: [pickJob.id],
    loadUnitLineItems:
      index > 0 ? [] : pickJob.pickLineItems.map(({ id, article, quantity }) => ({ id, article, quantity })),
  }));
}
