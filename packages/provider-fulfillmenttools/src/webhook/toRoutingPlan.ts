import type { RoutingPlanStatus } from '@pipeline/schemas/types';
import { type Fields, toText } from '../fields.ts';
import { toOrderedLines } from '../mapping/lines.ts';
import { type EventPart, isInternal, toIdentity } from './eventPart.ts';
import { defineEnum, type EnumContext } from './vendorEnum.ts';

/**
 * The vendor's twenty states as far as an order's progress needs them. ROUTED: a facility is found, or being found: every
 * plan passes through some of these within moments, nobody has to know. WAITING: none is found for now. OBSOLETE:
 * another plan took over.
 */
const toStatus = defineEnum(
  'routingPlan.status',
  new Map<unknown, RoutingPlanStatus>([
    ['ROUTED', 'ROUTED'],
    ['MANUAL_PLANNED', 'ROUTED'],
    ['IN_PREPARATION', 'ROUTED'],
    ['INITIAL', 'ROUTED'],
    ['PRIORITIZED', 'ROUTED'],
    ['ROUTING', 'ROUTED'],
    ['PROPOSED', 'ROUTED'],
    ['PLANNED', 'ROUTED'],
    ['RETRYABLE', 'ROUTED'],
    ['WAITING', 'WAITING'],
    ['LOCKED', 'ROUTED'],
    ['PROMISED', 'ROUTED'],
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
      parentId: toText(payload.parentRoutingPlanRef) ?? firstText(payload.predecessorRerouteRoutingPlanRefs),
      lines: toOrderedLines(payload.orderLineItems),
    },
  };
}

/** Of a list of ids; a reroute names the plans before it, and mostly no parent. */
const firstText = (list: unknown): string | null => (Array.isArray(list) ? toText(list[0]) : null);
