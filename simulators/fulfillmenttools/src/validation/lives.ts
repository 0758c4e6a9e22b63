import type { LifeOptions } from '../core/lifeOptions.ts';
import type { SimulatorOptions } from '../core/options.ts';
import { type LifeName, lifeNames } from '../life/lives.ts';
import { closed, compile, flag } from './compile.ts';

const stepMs = { type: 'number', minimum: 0, maximum: 3_600_000 };

export const parseLife = compile<{ readonly life?: LifeName; readonly stepMs?: number }>(
  closed({ life: { enum: lifeNames }, stepMs }),
);

/** What orders to come live like; `surprises` holds for all events from now on. */
export type LivesChange = Pick<SimulatorOptions, 'stepMs' | 'tracking' | 'inheritAttributes'> &
  Partial<Omit<LifeOptions, 'reEmissions'>>;

export const parseLives = compile<LivesChange>(
  closed({
    ...{ lives: { enum: [...lifeNames, 'random'] }, stepMs, surprises: { type: 'number', minimum: 0, maximum: 1 } },
    ...{ tracking: flag, inheritAttributes: flag, inheritTenantOrderId: flag },
  }),
);
