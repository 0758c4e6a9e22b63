/** What all simulators have: the control API under `/_sim`, and a command line. */
export * from './command/flags.ts';
export * from './command/run.ts';
export * from './control/fault.ts';
export * from './control/faults.ts';
export * from './control/refusal.ts';
export * from './control/requestLog.ts';
export * from './control/requestQuery.ts';
export * from './control/route.ts';
export * from './control/routes.ts';
export * from './control/scope.ts';
