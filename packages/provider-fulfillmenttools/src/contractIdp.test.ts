import { describeFulfillmentProvider } from '@pipeline/fulfillment/contract';
import { createSimulatorSubjects } from './testing/simulatorSubject.ts';

describeFulfillmentProvider(
  'fulfillmenttools (simulator), signed in by client credentials',
  createSimulatorSubjects({ signIn: 'client-credentials' }),
);
