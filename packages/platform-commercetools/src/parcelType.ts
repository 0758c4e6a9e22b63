import { PipelineError } from '@pipeline/streams';
import { call } from './call.ts';
import type { ApiRoot } from './client.ts';
import { definedFields, readType, toDefinition } from './orderType.ts';

/** Our custom Type of parcels: commercetools has no place of its own for the page that tracks one. */
export interface ParcelType {
  readonly id: string;
  readonly key: string;
  readonly urlField: string;
}

export const TRACKING_URL_FIELD = 'fft_tracking_url';

export interface ParcelTypeRequest {
  readonly api: ApiRoot;
  readonly key: string;
  /** Name of the custom field that holds the page. (Default: TRACKING_URL_FIELD) */
  readonly urlField?: string;
  readonly signal: AbortSignal;
}

/**
 * Reads our Type of parcels at start. undefined: there is none, and parcels are written without their page. Needs the
 * scope view_types.
 * @throws PipelineError `permanent` when the Type of that key is not for parcels, or lacks our field.
 */
export async function resolveParcelType(request: ParcelTypeRequest): Promise<ParcelType | undefined> {
  const { api, key, urlField = TRACKING_URL_FIELD, signal } = request;
  const type = await readType(api, key, signal);
  if (!type) return undefined;
  const fits = type.resourceTypeIds.includes('order-parcel') && definedFields(type).get(urlField) === 'String';
  if (fits) return { id: type.id, key: type.key, urlField };
  const text = `The custom Type ${key} is not for parcels or has no field ${urlField} of kind String. Choose another key, or add the field.`;
  throw new PipelineError('permanent', 'parcel-type-unfit', text, { stage: 'validate', notSent: true });
}

/**
 * Creates our Type of parcels where it is missing; may be repeated. For a command or the sandbox, never for a running
 * service. Needs the scope manage_types.
 * @throws PipelineError `permanent` when the key belongs to a Type that cannot be ours.
 */
export async function ensureParcelType(request: ParcelTypeRequest): Promise<ParcelType> {
  const { api, key, urlField = TRACKING_URL_FIELD, signal } = request;
  const found = await resolveParcelType(request);
  if (found) return found;
  const fieldDefinitions = [toDefinition(urlField, 'String')];
  const body = {
    key,
    name: { en: 'Fulfillment parcel' },
    resourceTypeIds: ['order-parcel' as const],
    fieldDefinitions,
  };
  const { id } = await call(api.types().post({ body }), { signal, write: true });
  return { id, key, urlField };
}
