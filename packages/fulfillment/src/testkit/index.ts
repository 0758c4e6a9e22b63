export * from './factories.ts';
export * from './life.ts';
