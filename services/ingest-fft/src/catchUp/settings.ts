import { defineSettings, type SettingDefinitions } from '@pipeline/service-kit';

/** When fulfillmenttools is asked about an order of which nothing is heard, and how often. */
export const silenceSettings = defineSettings({
  CATCH_UP_SILENCE_MS: {
    type: 'duration',
    default: 7_200_000,
    min: 1_000,
    description:
      'With the role `catch-up`: an order that is open at fulfillmenttools and of which nothing was heard for so long is asked about. The pauses after that double.',
  },
  CATCH_UP_LONGEST_PAUSE_MS: {
    type: 'duration',
    default: 86_400_000,
    min: 1_000,
    description: 'Longest pause between two times that an order is asked about that stays silent.',
  },
  CATCH_UP_GIVE_UP_MS: {
    type: 'duration',
    default: 2_592_000_000,
    min: 1_000,
    description: 'An open order of which nothing was heard for so long is not asked about any more.',
  },
  CATCH_UP_READS_PER_SECOND: {
    type: 'integer',
    default: 2,
    min: 1,
    max: 100,
    description:
      'Calls for it in a second, of all processes together; an order takes about four. With the role `normalise`: what is asked for events that a catch-up or an import brought. fulfillmenttools forbids polling: agree on more with them.',
  },
  CATCH_UP_UNTIL_DELIVERED: {
    type: 'boolean',
    default: true,
    description:
      'Orders that have left are asked about, too, until their parcels are delivered, where the carrier tells where they are.',
  },
  CATCH_UP_MAX_ORDERS: {
    type: 'integer',
    default: 200_000,
    min: 1,
    max: 5_000_000,
    description:
      'Open orders that a process keeps in mind for it; each takes about 700 bytes. More are not asked about, which a metric shows.',
  },
});

interface Given {
  readonly ROLES: readonly string[];
  readonly [name: string]: unknown;
}

/** What the role lacks of what it shares with `normalise`, which asks for it itself. */
export function checkSilence(given: Given, shared: SettingDefinitions): readonly string[] {
  const { ROLES } = given;
  if (!ROLES.includes('catch-up') || ROLES.includes('normalise')) return [];
  return Object.entries(shared).flatMap(([name, { required, requiredWhen }]) => {
    const conditions = requiredWhen === undefined ? [] : [requiredWhen].flat();
    const isNeeded =
      required === true ||
      (conditions.length > 0 && conditions.every((condition) => given[condition.name] === condition.value));
    return isNeeded && given[name] === undefined ? [`${name} is missing: the role catch-up needs it`] : [];
  });
}
