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
});
