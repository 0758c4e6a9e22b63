import { toFieldText } from './fieldText.ts';
import type { MappingContext } from './mappingContext.ts';
import type { MappingRequest } from './mappingRequest.ts';
import type { DeliveryPreferences } from './orderForCreation.ts';
import { omitMissing, toFilled, toLine } from './text.ts';

/** Facilities go by `tenantFacilityId`: nothing has to be looked up. */
export function toDeliveryPreferences(request: MappingRequest, context: MappingContext): DeliveryPreferences {
  const { delivery } = request;
  const targetTime = toTargetTime(request, context);
  if (delivery.kind === 'collect') {
    return omitMissing({
      collect: [{ tenantFacilityId: delivery.facilityKey, paid: request.paid }] as const,
      targetTime,
    });
  }
  const facilities = toFacilityKeys(request, delivery.facilityKeys, context);
  return omitMissing({
    shipping: omitMissing({
      serviceLevel: delivery.serviceLevel ?? undefined,
      preferredCarriers: toFilled(delivery.carriers),
      preselectedFacilities: toFilled(facilities.map((tenantFacilityId) => ({ tenantFacilityId }))),
    }),
    targetTime,
  });
}

/** Those of the routing first; each once. */
function toFacilityKeys(
  { order, lines }: MappingRequest,
  routed: readonly string[],
  { config, note }: MappingContext,
): readonly string[] {
  const field = 'deliveryPreferences.shipping.preselectedFacilities';
  const { fromStore, fromSupplyChannels } = config.facilities;
  const store = fromStore ? toLine(order?.storeKey) : undefined;
  const channels = fromSupplyChannels ? lines.flatMap(({ supplyChannelKey }) => toLine(supplyChannelKey) ?? []) : [];
  const keys = [...new Set([...routed, ...(store === undefined ? [] : [store]), ...channels])];
  if (store !== undefined) note({ kind: 'reason', field, text: `${store} is the key of the order’s store.` });
  for (const key of new Set(channels))
    note({ kind: 'reason', field, text: `${key} is a supply channel of the lines.` });
  return keys;
}

const ISO_TIME = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/;

/** A date counts from its first moment in UTC. */
function toTargetTime({ order }: MappingRequest, { config, note }: MappingContext): string | undefined {
  const name = config.order.targetTimeField;
  const field = 'deliveryPreferences.targetTime';
  const text = name === null || !order ? undefined : toFieldText(order.customFields, name, { field, note });
  if (text === undefined) return undefined;
  const date = new Date(ISO_TIME.test(text) ? text : Number.NaN);
  if (Number.isNaN(date.getTime())) {
    note({
      kind: 'warning',
      code: 'time-invalid',
      field,
      text: `Field ${String(name)} is no time in ISO 8601 with a zone: left out.`,
    });
    return undefined;
  }
  note({ kind: 'reason', field, text: `It stands in field ${String(name)} of the order.` });
  return date.toISOString();
}
