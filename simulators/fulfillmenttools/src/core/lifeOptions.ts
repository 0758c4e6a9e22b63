import { isLifeName, type LifeName } from '../life/lives.ts';

/** How orders live, and what their webhooks are like. All are as kind as the first release by default. */
export interface LifeOptions {
  /** The life that orders live, or `random`: each one that it can, chosen by seed and tenantOrderId (Default: plain). */
  readonly lives: LifeName | 'random';
  /** Entities after picking carry the order's tenantOrderId (Default: true). */
  readonly inheritTenantOrderId: boolean;
  /**
   * Probability 0..1 that an event has a field, is preceded by a status, or is accompanied by an event that nobody has
   * heard of (Default: 0).
   */
  readonly surprises: number;
  /** Probability 0..1 that an event is emitted a second time with another eventId (Default: 0). */
  readonly reEmissions: number;
}

export const lifePresets: LifeOptions = { lives: 'plain', inheritTenantOrderId: true, surprises: 0, reEmissions: 0 };

/** Throws a RangeError that names the option that makes no sense. */
export function checkLifeOptions({ lives, surprises, reEmissions }: LifeOptions): void {
  if (lives !== 'random' && !isLifeName(lives)) {
    throw new RangeError(`simulator option lives: there is no life ${String(lives)}; GET /_sim/lives lists them`);
  }
  if (surprises > 1) throw new RangeError('simulator option surprises is a probability: give 0 to 1');
  if (reEmissions > 1) throw new RangeError('simulator option reEmissions is a probability: give 0 to 1');
}
