export { harsh, type HarshOptions } from './core/harsh.ts';
export type { DuplicateStatus, SimulatorOptions } from './core/options.ts';
export type { Expected } from './life/expected.ts';
export { expectedOutcome, type LifeName, lifeNames, lifeOf } from './life/lives.ts';
export type { Life, Outcome, ShipmentState } from './life/lives/life.ts';
export type { Kind, PartName } from './life/step.ts';
export { createFulfillmenttoolsSimulator, type FulfillmenttoolsSimulator } from './simulator.ts';
