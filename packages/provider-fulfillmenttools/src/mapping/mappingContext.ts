import type { PickText } from './localized.ts';
import type { MappingConfig } from './mappingConfig.ts';
import type { TakeNote } from './notes.ts';

/** What every part of the mapping of one order knows. */
export interface MappingContext {
  readonly config: MappingConfig;
  readonly texts: PickText;
  readonly note: TakeNote;
}
