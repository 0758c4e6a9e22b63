import { describeControlApi } from '@pipeline/simulator-control/testing';
import { startSimulator } from '../testing/simulator.ts';

describeControlApi({
  startSimulator,
  template: '/{projectKey}/orders/{id}',
  paths: ['/demo-project/orders/1', '/demo-project/orders/2'],
  otherPath: '/demo-project/orders',
});
