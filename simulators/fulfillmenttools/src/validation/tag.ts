import type { TagForCreation } from '../core/options.ts';
import { closed, compile, filled, list, text } from './compile.ts';

/** The body of `POST /api/tags`. Throws a 400. */
export const parseTag = compile<TagForCreation>(
  closed({ 'id*': filled, 'allowedValues*': list(text, { minItems: 1 }) }),
);
