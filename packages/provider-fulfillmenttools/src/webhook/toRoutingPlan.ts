import type { RoutingPlanStatus } from '@pipeline/schemas/types';
import { type Fields, toText } from '../fields.ts';
import { toOrderedLines } from '../mapping/lines.ts';
import { type EventPart, isInternal, toIdentity } from './eventPart.ts';
import { defineEnum, type EnumContext } from './vendorEnum.ts';

/**
 * The vendor's twenty states as far as an order's progress needs them. WAITING: its goods are on the way to a facility
 * but no pick job has them yet. OBSOLETE: another plan took over.
 */
const toStatus = defineEnum(
  'routingPlan.status',
  new Map<unknown, RoutingPlanStatus>([
    ['ROUTED', 'ROUTED'],
    ['MANUAL_PLANNED', 'ROUTED'],
    ['IN_PREPARATION', 'WAITING'],
    ['INITIAL', 'WAITING'],
    ['PRIORITIZED', 'WAITING'],
    ['ROUTING', 'WAITING'],
    ['PROPOSED', 'WAITING'],
    ['PLANNED', 'WAITING'],
    ['RETRYABLE', 'WAITING'],
    ['WAITING', 'WAITING'],
    ['LOCKED', 'WAITING'],
    ['PROMISED', 'WAITING'],
    ['NOT_ROUTABLE', 'NOT_ROUTABLE'],
    ['FAILED', 'NOT_ROUTABLE'],
    ['FAILED_REROUTE', 'NOT_ROUTABLE'],
    ['FALLBACK_ROUTING', 'FALLBACK'],
    ['CANCELED', 'CANCELED'],
    ['OBSOLETE', 'OBSOLETE'],
    ['REROUTED', 'OBSOLETE'],
    ['REDUNDANT_REROUTE', 'OBSOLETE'],
  ]),
);

/** The vendor's RoutingPlan. A plan for a leg between two facilities has no mark in our record: undefined. */
export function toRoutingPlanPart(payload: Fields, event: string, context: EnumContext): EventPart | undefined {
  if (isInternal(payload)) return undefined;
  const split = event === 'ROUTING_PLAN_SPLITTED';
  return {
    type: 'RoutingPlanChanged',
    routingPlan: {
      ...toIdentity(payload, event),
      status: split ? 'SPLIT' : toStatus(payload.status, context),
      facilityId: toText(payload.facilityRef),
      pickJobId: toText(payload.pickJobRef),
      parentId: toText(payload.parentRoutingPlanRef),
      lines: toOrderedLines(payload.orderLineItems),
    },
  };
}
