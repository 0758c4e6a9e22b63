import type { OrderSnapshot } from '@pipeline/schemas/types';
import type { OrderForCreation } from '../orderForCreation.ts';

export interface TransformContext {
  /** The commercetools order that it was made of. Its custom fields and attributes are JSON texts by name. */
  readonly commerceOrder: OrderSnapshot;
  readonly projectKey: string;
  /** As it is stamped on the order. */
  readonly mappingVersion: string;
}

/**
 * What a module that pipeline.yaml names as `transform` exports under that name: the order that is to be sent, made of
 * the one that was mapped. Both arguments are copies. It must be pure: the same order may be transformed several times,
 * by several processes, and each time the same must come of it. No promises.
 *
 * It may not change what the pipeline finds the order again by: see `keptFields`.
 */
export type Transform = (order: OrderForCreation, context: TransformContext) => OrderForCreation;

/** The module as pipeline.yaml names it. */
export interface TransformModule {
  /** As it stands in the file, for messages. */
  readonly name: string;
  readonly path: string;
  /** Of its source and of what it imports by relative paths: another one is another mapping. */
  readonly fingerprint: string;
}
