export * from './broker/index.ts';
export * from './environment.ts';
export * from './run.ts';
export * from './sandbox.ts';
export type { ServiceProcess } from './serviceProcess.ts';
export * from './simulatorApi.ts';
