/** Name of this provider in every record. */
export const PROVIDER = 'fulfillmenttools';
