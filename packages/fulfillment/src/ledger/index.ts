export * from './entry.ts';
export * from './erasure.ts';
export * from './lock.ts';
export { currentPlacement, earlierProviderOrderIds, isMade, WHOLE_ORDER } from './placement.ts';
export { decidePlacement } from './decide.ts';
export type { AttemptOutcome, PlacementInput, PlacementStep } from './step.ts';
export * from './doubt.ts';
export * from './existing.ts';
export * from './links.ts';
