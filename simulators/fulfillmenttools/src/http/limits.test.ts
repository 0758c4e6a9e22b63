import { describe, expect, it } from 'vitest';
import { createManualClock } from '../testing/manualClock.ts';
import { type Answer, type RunningSimulator, request, startSimulator } from '../testing/startSimulator.ts';

async function read(sim: RunningSimulator, count: number): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (let nth = 0; nth < count; nth += 1) answers.push(await sim.call('GET', '/api/orders'));
  return answers;
}

const retryAfters = (answers: readonly Answer[]) =>
  new Set(answers.filter(({ status }) => status === 429).map(({ headers }) => headers.get('retry-after')));

describe('the rate limit', () => {
  it('answers 429 above so many calls in a second, some with and some without Retry-After', async () => {
    const clock = createManualClock();
    await using sim = await startSimulator({ requestsPerSecond: 5, retryAfterSeconds: 2, clock });
    const answers = await read(sim, 25);
    expect(answers.map(({ status }) => status)).toEqual([...Array(5).fill(200), ...Array(20).fill(429)]);
    expect(retryAfters(answers)).toEqual(new Set(['2', null]));
    expect(answers[24]?.body).toEqual([{ summary: 'Too many requests' }]);
    clock.advanceBy(1_000);
    expect(await read(sim, 1)).toMatchObject([{ status: 200 }]);
  });

  it('stands before the sign-in: a call without a token counts too', async () => {
    await using sim = await startSimulator({ requestsPerSecond: 1, clock: createManualClock() });
    const anonymous = () => request(`${sim.url}/api/orders`, { method: 'GET' });
    expect([(await anonymous()).status, (await anonymous()).status]).toEqual([401, 429]);
  });
});

describe('throttling far below the limit', () => {
  it('strikes with its share, some with and some without Retry-After', async () => {
    await using sim = await startSimulator({ throttled: 0.5, retryAfterSeconds: 3, seed: 5 });
    const answers = await read(sim, 80);
    const throttled = answers.filter(({ status }) => status === 429);
    expect(throttled.length).toBeGreaterThan(20);
    expect(throttled.length).toBeLessThan(60);
    expect(retryAfters(answers)).toEqual(new Set(['3', null]));
  });
});
