export type { DuplicateStatus, SimulatorOptions } from './core/options.ts';
export { createFulfillmenttoolsSimulator, type FulfillmenttoolsSimulator } from './simulator.ts';
