import type { Stage } from '../stage.ts';
import type { StepEvent, StepOf } from '../step.ts';

/** How each step is made. It throws when the life asks for what is not there yet. */
export type StepMakers = { readonly [Event in StepEvent]: (stage: Stage, step: StepOf<Event>) => void };
