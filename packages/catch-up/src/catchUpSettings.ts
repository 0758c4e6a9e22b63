import { defineSettings } from '@pipeline/service-kit';

/** When and how fast a catch-up reads, whatever it reads. */
export const catchUpSettings = defineSettings({
  CATCH_UP_EVERY_MS: {
    type: 'duration',
    default: 300_000,
    min: 1_000,
    max: 86_400_000,
    description:
      'Time between two sweeps of a catch-up, a tenth sooner or later. A notification that was lost is made good after about this and CATCH_UP_LAG_MS.',
  },
  CATCH_UP_LAG_MS: {
    type: 'duration',
    default: 60_000,
    min: 0,
    max: 3_600_000,
    description:
      'A sweep ends so long before now: what has just happened cannot always be queried yet. Clocks must not differ by more.',
  },
  CATCH_UP_MAX_RATE: {
    type: 'integer',
    default: 20,
    min: 1,
    max: 1_000,
    description:
      'Notifications per second that a catch-up writes at most, beside live ones. It must be above what a shop brings on average.',
  },
  CATCH_UP_SINCE: {
    type: 'time',
    description:
      'Where the first of all sweeps begins, e.g. the PLACE_CONFIRMED_SINCE of order-router; later ones go on where the last has ended. Not set: 15 days back.',
  },
});
