import { PipelineError } from '@pipeline/streams';
import type { MappingRequest } from '../mappingRequest.ts';
import type { OrderForCreation } from '../orderForCreation.ts';
import { assertOrderForCreation } from '../orderForCreationSchema.ts';
import type { RunningTransform } from './startTransform.ts';

/** Fields by which the pipeline finds an order and its lines again, and what it has on record before it sends one. */
export const keptFields: Readonly<Record<string, (order: OrderForCreation) => unknown>> = {
  tenantOrderId: (order) => order.tenantOrderId,
  status: (order) => order.status,
  'customAttributes.commercetoolsOrderId': (order) => order.customAttributes.commercetoolsOrderId,
  'customAttributes.commercetoolsProjectKey': (order) => order.customAttributes.commercetoolsProjectKey,
  'customAttributes.commercetoolsMappingVersion': (order) => order.customAttributes.commercetoolsMappingVersion,
  'orderLineItems: their number, order, ids, articles and quantities': (order) =>
    order.orderLineItems.map(({ article, quantity, customAttributes }) => [
      article.tenantArticleId,
      quantity,
      customAttributes.commercetoolsLineItemId,
    ]),
  'deliveryPreferences: whether it is shipped or collected': (order) => 'collect' in order.deliveryPreferences,
};

/**
 * The order as the shop's own code wants it, checked like every other.
 * @throws PipelineError `permanent`, with `notSent`: `transform-invalid` names the field that cannot be so, or may not
 * be changed; else those of `RunningTransform.run`.
 */
export async function applyTransform(
  mapped: OrderForCreation,
  request: Pick<MappingRequest, 'order' | 'projectKey'>,
  { transform, signal }: { readonly transform: RunningTransform; readonly signal?: AbortSignal },
): Promise<OrderForCreation> {
  const { order: commerceOrder, projectKey } = request;
  if (!commerceOrder) throw new Error('The order that was mapped is missing: a transform needs it.');
  const mappingVersion = mapped.customAttributes.commercetoolsMappingVersion;
  const result = await transform.run(mapped, { commerceOrder, projectKey, mappingVersion }, signal);
  try {
    assertOrderForCreation(result);
  } catch (error) {
    if (!(error instanceof PipelineError)) throw error;
    throw toInvalid(`What ${transform.name} made of it: ${error.message}`);
  }
  for (const [field, valueOf] of Object.entries(keptFields))
    if (JSON.stringify(valueOf(result)) !== JSON.stringify(valueOf(mapped)))
      throw toInvalid(
        `The order cannot be sent to fulfillmenttools: ${transform.name} changed ${field}, which the pipeline needs as it is. Correct the module, restart order-router, then redrive.`,
      );
  return result;
}

const toInvalid = (message: string): PipelineError =>
  new PipelineError('permanent', 'transform-invalid', message, { stage: 'map', notSent: true });
