import type { FulfillmentRequest } from '@pipeline/fulfillment';
import type { OrderSnapshot } from '@pipeline/schemas/types';

/**
 * What is mapped: the request and, for what only the shop's own configuration asks for, the order that it was made of.
 * Without the order those parts are left out.
 */
export type MappingRequest = FulfillmentRequest & { readonly order?: OrderSnapshot };
