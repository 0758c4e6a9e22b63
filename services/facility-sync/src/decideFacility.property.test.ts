import { SUPPLY_ROLE } from '@pipeline/provider-fulfillmenttools';
import type { ChannelSnapshot, CommerceChannelEvent, FacilityEntry } from '@pipeline/schemas';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decideFacility, type Step } from './decideFacility.ts';
import { CHANNEL_ID, changed, deleted } from './testing/sync.ts';

const toFingerprint = ({ key, name }: ChannelSnapshot): string => `${key}: ${name}`;

/** What is on record, and what the facility shows; undefined: there is none. */
interface Kept {
  readonly entry?: FacilityEntry;
  readonly shown?: string | undefined;
}

const snapshot = fc.record({
  key: fc.constantFrom('store-1', 'store-2'),
  name: fc.constantFrom('One', 'Two'),
  roles: fc.constantFrom([SUPPLY_ROLE], ['ProductDistribution']),
});

/** All that can be said of a channel: each of its versions, with gaps, and perhaps its end. */
const events: fc.Arbitrary<readonly CommerceChannelEvent[]> = fc
  .record({
    versions: fc.array(fc.record({ step: fc.integer({ min: 1, max: 3 }), snapshot }), { minLength: 1, maxLength: 6 }),
    end: fc.constantFrom<'none' | 'last version' | 'own version'>('none', 'last version', 'own version'),
  })
  .map(({ versions, end }) => {
    let version = 0;
    const said = versions.map((each) => changed((version += each.step), each.snapshot));
    return end === 'none' ? said : [...said, deleted(end === 'last version' ? version : version + 1)];
  });

const toEntry = (
  channelVersion: number,
  status: FacilityEntry['status'],
  fingerprint: string | null,
): FacilityEntry => ({
  ...{ channelId: CHANNEL_ID, platform: 'commercetools', instance: 'default', projectKey: 'shop', provider: 'p' },
  ...{ channelVersion, tenantFacilityId: 'store-1', facilityId: null, status, fingerprint, updatedAt: 0 },
});

/** As the handler does; `dies`: after the intent is on record and before anything else is. */
function evolve({ entry, shown }: Kept, step: Step, dies: boolean): Kept {
  const kept = { ...(entry ? { entry } : {}), shown };
  if (step.do === 'nothing' || (dies && step.do !== 'sync')) return kept;
  if (step.do === 'note') return { ...kept, ...(entry && { entry: { ...entry, channelVersion: step.version } }) };
  if (step.do === 'take-offline') return { entry: toEntry(step.version, 'offline', null), shown: undefined };
  if (dies) return { entry: toEntry(step.version, 'creating', null), shown };
  return { entry: toEntry(step.version, 'online', step.fingerprint), shown: step.fingerprint };
}

/** The newest of what was said; of the same version what ends the channel. */
function toWanted(said: readonly CommerceChannelEvent[]): string | undefined {
  const newest = Math.max(...said.map(({ channelVersion }) => channelVersion));
  const last = said.filter(({ channelVersion }) => channelVersion === newest);
  const channel = last.some(({ type }) => type === 'ChannelDeleted') ? null : last[0]?.channel;
  return channel?.roles.includes(SUPPLY_ROLE) ? toFingerprint(channel) : undefined;
}

const decide = (entry: FacilityEntry | undefined, event: CommerceChannelEvent, isRepair = false): Step =>
  decideFacility({ entry, event, isRepair, toFingerprint });

test('after each event of a channel, in any order and however often, its facility is as the newest so far says', () => {
  const deliveries = fc.array(fc.record({ at: fc.nat(), deaths: fc.nat(2) }), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(events, deliveries, (all, delivered) => {
      const said: CommerceChannelEvent[] = [];
      let kept: Kept = {};
      for (const { at, deaths } of delivered) {
        const event = all[at % all.length];
        if (!event) throw new Error('There is at least one.');
        said.push(event);
        for (let left = deaths; left >= 0; left -= 1) {
          const step = decide(kept.entry, event);
          kept = evolve(kept, step, left > 0);
        }
        expect(kept.shown).toBe(toWanted(said));
        expect(kept.entry?.channelVersion).toBe(Math.max(...said.map(({ channelVersion }) => channelVersion)));
      }
    }),
    { numRuns: 1_000 },
  );
});

test('an older version changes nothing, whatever is on record and whoever asks', () => {
  const entries = fc.record({
    version: fc.integer({ min: 2, max: 9 }),
    status: fc.constantFrom<FacilityEntry['status']>('creating', 'online', 'offline'),
  });
  fc.assert(
    fc.property(entries, fc.nat(), snapshot, fc.boolean(), fc.boolean(), (known, back, channel, isEnd, isRepair) => {
      const version = 1 + (back % (known.version - 1));
      const entry = toEntry(known.version, known.status, known.status === 'online' ? 'shown' : null);
      const event = isEnd ? deleted(version) : changed(version, channel);
      expect(decide(entry, event, isRepair)).toEqual({ do: 'nothing', reason: 'older' });
    }),
    { numRuns: 1_000 },
  );
});
