import type { EventParts } from '@pipeline/fulfillment';
import type { FulfillmentEvent } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';
import { type Fields, toInstant, toList, toText, toVersion } from '../fields.ts';

/** What an entity contributes to an event. */
export type EventPart = Pick<FulfillmentEvent, 'type'> & Partial<EventParts>;

/** @throws PipelineError `permanent`, `payload-incomplete`: without them the entity has no place in a fold. */
export function toIdentity(payload: Fields, event: string): { readonly id: string; readonly version: number } {
  const id = toText(payload.id);
  const version = toVersion(payload.version);
  if (id === null) throw incompletePayload(event, 'id');
  if (version === null) throw incompletePayload(event, 'version');
  return { id, version };
}

export function incompletePayload(event: string, field: string): PipelineError {
  const message = `The payload of ${event} has no usable ${field}; compare it with the vendor's API, then redrive.`;
  return new PipelineError('permanent', 'payload-incomplete', message, { stage: 'map' });
}

/**
 * Is it a leg between two facilities of which this is the sending side? Such work is not for the customer. Operational
 * entities say `type`, routing plans `transferType` (the vendor's OperativeTransfer and Transfer).
 */
export function isInternal(payload: Fields): boolean {
  return toList(payload.transfers).some(({ type, transferType }) => type === 'SUPPLIER' || transferType === 'SUPPLIER');
}

/** When the entity came to be: `created`, else the order's date, else when we heard of it. */
export function toCreatedAt(payload: Fields, receivedAt: number): number {
  return toInstant(payload.created) ?? toInstant(payload.orderDate) ?? receivedAt;
}
