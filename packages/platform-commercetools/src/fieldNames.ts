import type { StatusFields } from '@pipeline/fulfillment';

/** Names of the order's custom fields that hold the status. All distinct. */
export type FieldNames = Readonly<Record<keyof StatusFields, string>>;

const documented: FieldNames = {
  providerOrderId: 'fft_order_id',
  pickJobId: 'fft_pickjob_id',
  shortId: 'fft_short_id',
  facilityId: 'fft_facility_id',
  loadUnitsAmount: 'fft_load_units_amount',
  handoverJobId: 'fft_handoverjob_id',
};

/**
 * `docs`: as the vendor documents them. `connector`: as the vendor's connector writes them, for shops that come from it.
 */
export const fieldPresets = {
  docs: documented,
  connector: { ...documented, shortId: 'fft_shortid', handoverJobId: 'fft_handover_job_id' },
} as const satisfies Record<string, FieldNames>;

/** The kind of custom field that each needs. */
export const fieldKinds: Readonly<Record<keyof StatusFields, 'String' | 'Number'>> = {
  providerOrderId: 'String',
  pickJobId: 'String',
  shortId: 'String',
  facilityId: 'String',
  loadUnitsAmount: 'Number',
  handoverJobId: 'String',
};

export const statusFieldKeys = Object.keys(fieldKinds) as readonly (keyof StatusFields)[];
