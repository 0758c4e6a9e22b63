import { expect, test } from 'vitest';
import { fieldNameProblems, fieldPresets, toFieldNames } from './fieldNames.ts';

const { docs, connector } = fieldPresets;

test('names are those of the preset, with the given ones instead', () => {
  expect(toFieldNames(docs)).toEqual(docs);
  const given = ['pickJobId=my_pick', 'parcels=my_parcels'];
  expect(fieldNameProblems(docs, given)).toEqual([]);
  expect(toFieldNames(docs, given)).toEqual({ ...docs, pickJobId: 'my_pick', parcels: 'my_parcels' });
});

test('the field of all jobs is there where it is named, with either preset', () => {
  for (const preset of [docs, connector]) {
    expect(preset.jobs).toBeNull();
    expect(fieldNameProblems(preset, ['jobs=fft_jobs'])).toEqual([]);
    expect(toFieldNames(preset, ['jobs=fft_jobs'])).toEqual({ ...preset, jobs: 'fft_jobs' });
  }
});

test.each([['pickjob=x_y'], ['pickJobId'], ['pickJobId='], ['pickJobId=a b'], ['=abc'], ['constructor=abc']])(
  '%s is no name of a field',
  (entry) => {
    expect(fieldNameProblems(docs, [entry])).toEqual([expect.stringContaining('must be field=name')]);
  },
);

test('two fields never share a name', () => {
  expect(fieldNameProblems(docs, ['pickJobId=fft_short_id'])).toEqual(['gives one name to two fields']);
});

test('the connector’s names are those that its code writes, not those that its page documents', () => {
  expect(connector).toEqual({
    providerOrderId: 'fft_order_id',
    pickJobId: 'fft_pickjob_id',
    shortId: 'fft_shortid',
    facilityId: 'fft_facility_id',
    loadUnitsAmount: 'fft_load_units_amount',
    handoverJobId: 'fft_handover_job_id',
    parcels: 'fft_parcels',
    jobs: null,
  });
});
