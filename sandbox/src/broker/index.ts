export { startBroker } from './startBroker.ts';
export type { Broker, BrokerKind, StartOptions } from './types.ts';
export type { Restart } from './guarded.ts';
