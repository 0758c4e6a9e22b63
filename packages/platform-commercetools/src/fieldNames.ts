import type { StatusFields } from '@pipeline/fulfillment';

type OptionalField = 'parcels' | 'jobs';

/** Names of the order's custom fields that hold the status. All distinct. null: the shop has no such field. */
export type FieldNames = Readonly<Record<Exclude<keyof StatusFields, OptionalField>, string>> &
  Readonly<Record<OptionalField, string | null>>;

const documented: FieldNames = {
  providerOrderId: 'fft_order_id',
  pickJobId: 'fft_pickjob_id',
  shortId: 'fft_short_id',
  facilityId: 'fft_facility_id',
  loadUnitsAmount: 'fft_load_units_amount',
  handoverJobId: 'fft_handoverjob_id',
  parcels: null,
  jobs: null,
};

/**
 * `docs`: as the vendor documents them. `connector`: as the vendor's connector writes them, for shops that come from it.
 */
export const fieldPresets = {
  docs: documented,
  connector: { ...documented, shortId: 'fft_shortid', handoverJobId: 'fft_handover_job_id', parcels: 'fft_parcels' },
} as const satisfies Record<string, FieldNames>;

/** The kind of custom field that each needs. */
export const fieldKinds: Readonly<Record<keyof StatusFields, 'String' | 'Number'>> = {
  providerOrderId: 'String',
  pickJobId: 'String',
  shortId: 'String',
  facilityId: 'String',
  loadUnitsAmount: 'Number',
  handoverJobId: 'String',
  parcels: 'String',
  jobs: 'String',
};

export const statusFieldKeys = Object.keys(fieldKinds) as readonly (keyof StatusFields)[];

/** What commercetools takes for the name of a field. */
const fieldName = /^[A-Za-z0-9_-]{2,36}$/;

/** What is wrong with names given as `field=name`; empty: nothing. Each completes a sentence that begins with the setting. */
export function fieldNameProblems(preset: FieldNames, given: readonly string[]): string[] {
  const unknown = given.filter((entry) => !isField(entry.split('=')[0]) || !fieldName.test(nameIn(entry)));
  if (unknown.length > 0)
    return [
      `must be field=name with one of the fields ${statusFieldKeys.join(', ')}, and a name of 2 to 36 letters, digits, _ and -`,
    ];
  const names = Object.values(toFieldNames(preset, given)).filter((name) => name !== null);
  return new Set(names).size === names.length ? [] : ['gives one name to two fields'];
}

/** The names of a preset, with others where they are given as `field=name`; of entries without problems. */
export function toFieldNames(preset: FieldNames, given: readonly string[] = []): FieldNames {
  return { ...preset, ...Object.fromEntries(given.map((entry) => [entry.split('=')[0], nameIn(entry)])) };
}

const nameIn = (entry: string): string => entry.split('=')[1]?.trim() ?? '';
const isField = (key: string | undefined): boolean => statusFieldKeys.some((field) => field === key);
