import type { FulfillmentEvent, LedgerEntry } from '@pipeline/schemas/types';
import { aFulfillmentEvent } from './factories.ts';

/** One thing that happens. `lowers`: what it undoes may take the shipment state back. */
export interface LifeStep {
  readonly input: FulfillmentEvent | LedgerEntry;
  readonly lowers: boolean;
}

export const step = (part: Partial<FulfillmentEvent>, lowers = false): LifeStep => ({
  input: aFulfillmentEvent(part),
  lowers,
});
