import {
  articleIdOf,
  type RoutingContext,
  type RoutingPolicy,
  type RoutingResult,
  toFulfillmentRequest,
} from '@pipeline/fulfillment';
import type { OrderSnapshot } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';
import { toFieldText } from './fieldText.ts';
import type { MappingConfig } from './mappingConfig.ts';
import type { MappingNote } from './notes.ts';
import type { OrderForCreation } from './orderForCreation.ts';
import { assertOrderForCreation } from './orderForCreationSchema.ts';
import { applyTransform } from './transform/applyTransform.ts';
import type { RunningTransform } from './transform/startTransform.ts';
import { toOrderForCreation } from './toOrderForCreation.ts';

export interface ExplainedOrder {
  /** Which mapping it is. */
  readonly version: string;
  /** null: the order cannot be sent; `problem` says why. */
  readonly order: OrderForCreation | null;
  readonly problem: { readonly code: string; readonly message: string } | null;
  /** Every decision and everything that was left out, in the order of the fulfillment order. */
  readonly notes: readonly MappingNote[];
}

export interface Explaining {
  readonly routing: RoutingPolicy;
  readonly mapping: MappingConfig;
  readonly context: RoutingContext;
}

/** Routes, maps and checks an order as when it is placed, and says why. Sends nothing. */
export function explainOrder(order: OrderSnapshot, { routing, mapping, context }: Explaining): ExplainedOrder {
  const notes: MappingNote[] = [];
  const { version } = mapping;
  const routed = toFulfillmentRequest(order, routing, context);
  if ('problem' in routed)
    return { version, order: null, problem: { code: routed.problem, message: routed.message }, notes };
  const note = (each: MappingNote) => void notes.push(each);
  notes.push(...toRoutingNotes(order, routing, routed));
  for (const name of Object.keys(routing.customFieldTags))
    toFieldText(order.customFields, name, { field: 'tags', note });
  try {
    const body = toOrderForCreation({ ...routed.request, order }, { config: mapping, note });
    assertOrderForCreation(body);
    return { version, order: body, problem: null, notes };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return { version, order: null, problem: { code: error.code, message: error.message }, notes };
  }
}

/** The same with the shop's own code, if there is any: what it changes is named. */
export async function explainTransformed(
  order: OrderSnapshot,
  { transform, ...explaining }: Explaining & { readonly transform?: RunningTransform | undefined },
): Promise<ExplainedOrder> {
  const explained = explainOrder(order, explaining);
  const { order: mapped, notes } = explained;
  if (!transform || !mapped) return explained;
  try {
    const { projectKey } = explaining.context;
    const result = await applyTransform(mapped, { order, projectKey }, { transform });
    const fields = Object.keys({ ...mapped, ...result }) as (keyof OrderForCreation)[];
    const changed = fields.filter((field) => JSON.stringify(mapped[field]) !== JSON.stringify(result[field]));
    const text = `Changed by ${transform.name}.`;
    return { ...explained, order: result, notes: [...notes, ...changed.map((field) => reason(field, text))] };
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    return { ...explained, order: null, problem: { code: error.code, message: error.message } };
  }
}

const reason = (field: string, text: string): MappingNote => ({ kind: 'reason', field, text });

type Routed = Extract<RoutingResult, { readonly lock: unknown }>;

function toRoutingNotes(
  order: OrderSnapshot,
  routing: RoutingPolicy,
  { request: { delivery, lines, tenantOrderId }, lock, reasons }: Routed,
): MappingNote[] {
  const methodKey = order.shippings[0]?.methodKey ?? null;
  const unknown =
    methodKey === null ? 'The order has no shipping method with a key' : `Shipping method ${methodKey} is not known`;
  const dropped = order.lineItems.length - lines.length;
  return [
    reason('tenantOrderId', whyCalled(order, tenantOrderId)),
    ...(lock === 'routing' ? [reason('status', `LOCKED: ${unknown}, and such orders are held.`)] : []),
    ...(lock === 'payment' ? [reason('status', 'LOCKED: orders in this payment state are held.')] : []),
    reason(
      'deliveryPreferences',
      reasons.includes('method-listed')
        ? `Shipping method ${methodKey} is ${delivery.kind === 'collect' ? 'collected' : 'shipped'}.`
        : `${unknown}: shipped, as the configuration says for unknown ones.`,
    ),
    ...(delivery.kind === 'collect' ? [reason('deliveryPreferences.collect', whyThere(reasons, routing))] : []),
    ...(delivery.kind === 'shipping' && reasons.includes('facilities-by-store')
      ? [
          reason(
            'deliveryPreferences.shipping.preselectedFacilities',
            `${delivery.facilityKeys.join(', ')} by the store ${String(order.storeKey)}.`,
          ),
        ]
      : []),
    ...toTargetNotes(order),
    ...(dropped > 0
      ? [
          {
            kind: 'warning' as const,
            code: 'line-without-quantity' as const,
            field: 'orderLineItems',
            text: `${dropped} lines without a quantity are left out.`,
          },
        ]
      : []),
    ...(new Set(lines.map(articleIdOf)).size < lines.length
      ? [reason('orderLineItems', 'Several lines have the same article; each stays a line.')]
      : []),
  ];
}

function whyCalled({ id, shippings }: OrderSnapshot, tenantOrderId: string): string {
  const target = shippings[0]?.target ?? null;
  if (target !== null) return `The order number, or without one the order’s id, and target ${target}.`;
  return tenantOrderId === id ? 'No order number: it is the order’s id.' : 'It is the order number.';
}

function toTargetNotes({ shippings, shippingMode, lineItems }: OrderSnapshot): MappingNote[] {
  const target = shippings[0]?.target ?? null;
  if (target !== null)
    return [
      reason('consumer.addresses', `The goods go to several destinations: these to ${target}, the others apart.`),
      reason('pricing', 'What the order costs as a whole belongs to none of its parts and is left out.'),
    ];
  if (shippingMode === 'Multiple')
    return [reason('consumer.addresses', 'Shipping mode Multiple, but all goods go to one destination.')];
  return lineItems.some(({ shippingTargets }) => shippingTargets.length > 0)
    ? [reason('consumer.addresses', 'The lines have shipping targets: all goods go to one destination.')]
    : [];
}

function whyThere(reasons: Routed['reasons'], { collectFacilityField: field }: RoutingPolicy): string {
  return reasons.includes('collect-by-field')
    ? `The facility stands in field ${String(field)} of the order.`
    : 'The facility is the one supply channel of the lines.';
}
