/** Parts of the adapter of fulfillmenttools that its index does not show. */
export { toFields, toText } from '../../packages/provider-fulfillmenttools/src/fields.ts';
export { toReferences } from '../../packages/provider-fulfillmenttools/src/webhook/references.ts';
