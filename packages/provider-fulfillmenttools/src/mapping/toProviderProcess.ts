import type { ProviderProcess } from '@pipeline/fulfillment';
import { toFields, toInstant, toText, toVersion } from '../fields.ts';

/** fulfillmenttools' `Process` as the core knows it; undefined when it is none (no id or no version). */
export function toProviderProcess(answer: unknown): ProviderProcess | undefined {
  const process = toFields(answer);
  const processId = toText(process.id);
  const version = toVersion(process.version);
  if (processId === null || version === null) return undefined;
  return {
    processId,
    version,
    anonymized: process.isAnonymized === true,
    anonymizeAt: toInstant(process.gdprCleanupDate),
  };
}

/** Milliseconds since the epoch → the day in UTC, as the vendor's fields of format `date` take it. */
export const toIsoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
