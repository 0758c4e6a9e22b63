export type { DuplicateStatus, SimulatorOptions } from './core/options.ts';
export type { FaultRule } from './http/faults.ts';
export { createFulfillmenttoolsSimulator, type FulfillmenttoolsSimulator } from './simulator.ts';
