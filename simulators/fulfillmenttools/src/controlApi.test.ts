import { describeControlApi } from '@pipeline/simulator-control/testing';
import { startSimulator } from './testing/startSimulator.ts';

describeControlApi({
  startSimulator,
  template: '/api/orders/{orderId}',
  paths: ['/api/orders/1', '/api/orders/2'],
  otherPath: '/api/orders',
});
