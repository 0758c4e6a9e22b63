import { PipelineError } from '@pipeline/streams';
import { pickCustomAttributes } from './customAttributes.ts';
import { createPickText } from './localized.ts';
import { defaultMappingConfig, type MappingConfig } from './mappingConfig.ts';
import type { MappingContext } from './mappingContext.ts';
import type { MappingRequest } from './mappingRequest.ts';
import type { TakeNote } from './notes.ts';
import type { OrderForCreation } from './orderForCreation.ts';
import { omitMissing, toFilled, toLine } from './text.ts';
import { toConsumer } from './toConsumer.ts';
import { toCustomServices } from './toCustomServices.ts';
import { toDeliveryPreferences } from './toDeliveryPreferences.ts';
import { toMost } from './toMost.ts';
import { toOrderLine } from './toOrderLine.ts';
import { toPricing } from './toPricing.ts';
import { toStickers } from './toStickers.ts';

export interface MappingOptions {
  /** (Default: what was mapped before anything could be configured.) */
  readonly config?: MappingConfig;
  /** Hears what is decided and what is left out. (Default: nobody.) */
  readonly note?: TakeNote;
}

/**
 * The body of `POST /api/orders`. It carries our order id and project key in the root custom attributes, which
 * fulfillmenttools hands on to what follows from the order; never `commercetoolsId`, the mark of the vendor's own
 * connector, so that one which still runs leaves our orders alone.
 * @throws PipelineError `permanent`: `mapping-address-incomplete` for an order to be shipped, whose address lacks what
 * the vendor demands; `mapping-invalid` for a date that is none.
 */
export function toOrderForCreation(
  request: MappingRequest,
  { config = defaultMappingConfig, note = () => {} }: MappingOptions = {},
): OrderForCreation {
  const context: MappingContext = { config, note, texts: createPickText(request.locale, config.locales) };
  const { order } = request;
  return omitMissing({
    tenantOrderId: request.tenantOrderId,
    orderDate: toIsoDate(request.orderDate),
    status: request.held ? ('LOCKED' as const) : undefined,
    statusReasons: toLockReasons(request, config),
    consumer: toConsumer(request, context),
    orderLineItems: request.lines.map((line, at) => toOrderLine(line, context, `orderLineItems.${at}`)),
    paymentInfo: toPaymentInfo(request.currency),
    deliveryPreferences: toDeliveryPreferences(request, context),
    customServices: toFilled(toCustomServices(request.lines, order, context)),
    pricing: order && config.pricing ? toPricing(order, context) : undefined,
    stickers: order && toFilled(toStickers(order, context)),
    customAttributes: toCustomAttributes(request, context),
    tags: toFilled(toTags(request, context)),
  });
}

/** Routing made them of texts only; what is none of the custom fields that it looks at is told by `explainOrder`. */
function toTags({ tags }: MappingRequest, { note }: MappingContext) {
  const said = tags.filter((tag) => tag.id.trim() !== '' && tag.value.trim() !== '');
  return toMost(said, { field: 'tags', note });
}

function toCustomAttributes(request: MappingRequest, { config, note }: MappingContext) {
  const { paidAttribute, customAttributes: names } = config.order;
  const own = {
    commercetoolsOrderId: request.orderId,
    commercetoolsProjectKey: request.projectKey,
    commercetoolsMappingVersion: config.version,
  };
  const all = paidAttribute === null ? own : { [paidAttribute]: request.paid, ...own };
  return pickCustomAttributes(all, {
    fields: request.order?.customFields ?? {},
    names,
    field: 'customAttributes',
    note,
  });
}

function toLockReasons(request: MappingRequest, { order: { lockReason } }: MappingConfig) {
  if (!request.held || !lockReason) return undefined;
  return [{ status: 'LOCKED' as const, reason: whyHeld(request) }];
}

function whyHeld({ heldFor, order }: MappingRequest): string {
  if (heldFor === 'routing') {
    const method = order?.shippings[0]?.methodKey;
    return toLine(method) === undefined ? 'No shipping method with a key' : `Unknown shipping method ${toLine(method)}`;
  }
  return order?.paymentState ? `Payment state ${order.paymentState}` : 'Held by the shop';
}

function toIsoDate(instant: number): string {
  const date = new Date(instant);
  if (!Number.isNaN(date.getTime())) return date.toISOString();
  throw new PipelineError(
    'permanent',
    'mapping-invalid',
    'The order cannot be sent to fulfillmenttools: orderDate is not a date.',
    {
      stage: 'map',
      notSent: true,
    },
  );
}

function toPaymentInfo(currency: string): { currency: string } | undefined {
  const code = toLine(currency);
  return code === undefined ? undefined : { currency: code };
}
