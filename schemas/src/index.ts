export * from './generated.ts';
export * from './topics.ts';
export { type AvroSchema, loadSchema, schemaNames } from './load.ts';
