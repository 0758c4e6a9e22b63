import { toWantedFacility } from '@pipeline/provider-fulfillmenttools';
import { type CommerceChannelEvent, deadLetterTopics, topics } from '@pipeline/schemas';
import { PipelineError } from '@pipeline/streams';
import { createKeyTester, createTestClock } from '@pipeline/streams/testkit';
import { expect, test } from 'vitest';
import { createFakeFacilities } from '../testing/fakeFacilities.ts';
import { aChannel, anAddress, CHANNEL_ID, changed, deleted } from '../testing/sync.ts';
import { createPreviewFacility } from './previewFacility.ts';

function start() {
  const tenant = createFakeFacilities(() => tester.crash());
  const failures: Error[] = [];
  const find = (key: string, signal: AbortSignal) => {
    const failure = failures.shift();
    return failure ? Promise.reject(failure) : tenant.facilities.find(key, signal);
  };
  const tester = createKeyTester<CommerceChannelEvent>({
    key: CHANNEL_ID,
    source: topics.commerceChannels,
    deadLetters: deadLetterTopics['facility-sync'],
    clock: createTestClock(0),
    create: () => createPreviewFacility({ facilities: { find }, companyName: undefined }),
  });
  const preview = async (event: CommerceChannelEvent): Promise<unknown> => {
    expect(await tester.deliver(tester.message(event))).toBe('done');
    expect([tenant.writes, tester.effects]).toEqual([[], []]);
    return JSON.parse(String(tester.published.at(-1)?.value));
  };
  const put = (mark: string | null, over = {}) =>
    tenant.put({ ...tenant.make(toWantedFacility(aChannel()), mark), ...over }).id;
  return { tester, failures, preview, put };
}

test('shadow mode says which facility it would make, under the channel’s id, and nothing of its address', async () => {
  const { tester, preview } = start();
  expect(await preview(changed(3))).toEqual({
    ...{ channelId: CHANNEL_ID, channelKey: 'store-1', channelVersion: 3, type: 'ChannelChanged', decision: 'create' },
  });
  expect(tester.published).toMatchObject([{ topic: { name: 'facility-sync.shadow.v1' }, key: CHANNEL_ID }]);
});

test('shadow mode names what it would write to a facility that is there, not the values', async () => {
  const { preview, put } = start();
  const facilityId = put(null);
  const record = await preview(changed(1, { name: 'Erika', address: anAddress({ city: 'Bonn' }) }));
  expect(record).toMatchObject({ decision: 'adopt', facilityId, writes: ['name', 'address', 'customAttributes'] });
  expect(JSON.stringify(record)).not.toMatch(/Erika|Bonn/);
});

test('shadow mode says what would be refused, and why', async () => {
  const { preview, put } = start();
  expect(await preview(changed(1, { address: anAddress({ street: null }) }))).toMatchObject({
    ...{ decision: 'reject', reason: 'facility-incomplete', message: expect.stringContaining('address.street') },
  });
  const facilityId = put('another channel');
  expect(await preview(changed(1))).toMatchObject({ decision: 'reject', reason: 'facility-key-taken', facilityId });
  expect(await preview(changed(1, {}, { type: 'Unknown' }))).toMatchObject({ decision: 'none' });
});

test.each([
  ['is deleted', deleted(2), 'deleted'],
  ['has no role', changed(2, { roles: [] }), 'without-role'],
])(
  'shadow mode would take offline the facility of a channel that %s, if it is that channel’s',
  async (_, event, reason) => {
    const { preview, put } = start();
    expect(await preview(event)).toMatchObject({ decision: 'none', reason });
    put('another channel');
    expect(await preview(event)).toMatchObject({ decision: 'none', reason });
    const own = start();
    const facilityId = own.put(CHANNEL_ID);
    expect(await own.preview(event)).toMatchObject({ decision: 'offline', facilityId, reason });
  },
);

test('in shadow mode a vendor that does not answer is asked again', async () => {
  const { failures, preview } = start();
  failures.push(new PipelineError('transient', 'unreachable', 'no connection', { stage: 'call' }));
  expect(await preview(changed(1))).toMatchObject({ decision: 'create' });
});
