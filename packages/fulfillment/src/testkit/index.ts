export * from './dividedLife.ts';
export * from './factories.ts';
export * from './life.ts';
export * from './parts.ts';
