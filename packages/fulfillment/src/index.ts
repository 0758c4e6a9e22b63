export * from './ports.ts';
export * from './article.ts';
export { customFieldText, customFieldValue, type CustomFields, isWithoutText } from './customFields.ts';
export type { ExcludedField, ExcludePolicy } from './exclude.ts';
export * from './eventParts.ts';
export * from './gate.ts';
export * from './ledger/index.ts';
export * from './routing.ts';
export * from './status/index.ts';
