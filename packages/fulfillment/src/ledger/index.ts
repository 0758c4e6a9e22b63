export * from './entry.ts';
export * from './decide.ts';
export * from './doubt.ts';
export * from './existing.ts';
export * from './links.ts';
