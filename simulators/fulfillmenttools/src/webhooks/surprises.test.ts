import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../core/random.ts';
import { type Emission, withSurprise } from './surprises.ts';

const emission: Emission = {
  event: 'PICK_JOB_CREATED',
  payload: { id: 'job', version: 5, status: 'OPEN', pickLineItems: [{ quantity: 1 }], tags: ['red'] },
  beside: {},
  subscribedAs: 'PICK_JOB_CREATED',
};
const emitted = (seed: number, probability = 1, base = emission) => withSurprise(base, createRandom(seed), probability);
const many = Array.from({ length: 60 }, (_, seed) => emitted(seed));

describe('a surprise', () => {
  it('is none at a probability of 0, and comes as often as asked', () => {
    expect(emitted(1, 0)).toEqual([emission]);
    const plain = Array.from({ length: 1_000 }, (_, seed) => emitted(seed, 0.3)).filter(
      ([only, more]) => more === undefined && only === emission,
    );
    expect(plain.length / 1_000).toBeCloseTo(0.7, 1);
  });

  it('is an unknown field in envelope, entity and lines, an unknown status before, or an event of an unknown name', () => {
    const fields = many.find(([first, second]) => second === undefined && first !== emission)?.[0];
    expect(fields).toMatchObject({
      event: 'PICK_JOB_CREATED',
      beside: { simulatedNovelty: {} },
      payload: { simulatedNovelty: {}, pickLineItems: [{ quantity: 1, simulatedNovelty: {} }], tags: ['red'] },
    });
    const status = many.find(([first]) => (first?.payload as { status: string }).status === 'SIMULATED_STATUS');
    expect(status).toMatchObject([{ event: 'PICK_JOB_CREATED', payload: { id: 'job', version: 4 } }, emission]);
    const name = many.find(([, second]) => second?.event !== 'PICK_JOB_CREATED' && second !== undefined);
    expect(name).toEqual([emission, { ...emission, event: 'PICK_JOB_CREATED_SIMULATED' }]);
  });

  it('never takes away what is said, and says it last', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 1, max: 9 }), (seed, version) => {
        const base = { ...emission, payload: { ...emission.payload, version } };
        const known = emitted(seed, 1, base).filter(({ event }) => event === base.event);
        expect(known.at(-1)).toMatchObject({ payload: base.payload, subscribedAs: base.subscribedAs });
        for (const { payload } of known.slice(0, -1)) expect(payload).toHaveProperty('version', version - 1);
      }),
    );
  });

  it('leaves an entity in its first version, or without one, its status', () => {
    for (const payload of [{ status: 'OPEN', version: 1 }, { status: 'OPEN' }, { itemReturnRef: 'r' }]) {
      for (let seed = 0; seed < 60; seed += 1) {
        for (const one of emitted(seed, 1, { ...emission, payload })) expect(one.payload).toMatchObject(payload);
      }
    }
  });
});
