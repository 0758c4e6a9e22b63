import { describeCommercePlatform } from '@pipeline/fulfillment/contract';
import { afterAll } from 'vitest';
import { startMock } from './testing/mockSide.ts';
import { createPlatformSubjects } from './testing/platformSubject.ts';
import { startSimulatorSide } from './testing/simulatorSide.ts';

describeCommercePlatform('commercetools (simulator)', createPlatformSubjects(startSimulatorSide));

const mock = await startMock();
afterAll(() => mock[Symbol.asyncDispose]());

describeCommercePlatform('commercetools (@labdigital/commercetools-mock)', createPlatformSubjects(mock.start), {
  'getStatus before a sign-in: wrong credentials are a matter of authorization': 'it accepts any client id and secret',
  'writeStatus: of two writers with one version one wins': 'it compares the version, then waits before it stores',
  'writeStatus: all of it or nothing: a state that is refused takes the fields with it': 'it accepts any shipmentState',
  ...Object.fromEntries(
    [
      'a delivery with its parcel, together with the state, is one update, and its answer shows it',
      'a parcel of which nothing is known yet gets its number and page later',
      'a delivery grows: other items, another parcel, and one parcel less',
      'a delivery is removed, and what others delivered stays',
      'a key that is there already is refused for good, and nothing of the update is written',
      'after a lost answer a read shows the delivery, so that it is not added twice',
    ].map((clause) => [`deliveries, returns and the sync mark: ${clause}`, 'it forgets the key of a delivery']),
  ),
  'deliveries, returns and the sync mark: a return is shown with its tracking id, and its state is raised':
    'it does not know setReturnShipmentState',
  'deliveries, returns and the sync mark: the sync mark of a channel names the provider’s order, once':
    'it adds an entry where commercetools replaces the channel’s',
});
