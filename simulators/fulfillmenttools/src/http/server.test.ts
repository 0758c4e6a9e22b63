import { describe, expect, it } from 'vitest';
import { type Answer, request, startSimulator } from '../testing/startSimulator.ts';

const aRefusal = { summary: expect.any(String), description: expect.any(String) };

describe('every refusal of the API', () => {
  it('is an array of summary and description, whatever was wrong', async () => {
    await using sim = await startSimulator();
    const headers = { authorization: `Bearer ${sim.token}` };
    const send = (body: string, type: string) =>
      request(`${sim.url}/api/orders`, { method: 'POST', body, headers: { ...headers, 'content-type': type } });
    const refusals: readonly (readonly [number, Answer])[] = [
      [400, await send('{', 'application/json')],
      [400, await send('', 'application/json')],
      [400, await send('[]', 'application/json')],
      [415, await send('a=b', 'application/x-www-form-urlencoded')],
      [413, await send(JSON.stringify('x'.repeat(8 * 1024 * 1024)), 'application/json')],
      [415, await send('{}', 'text/xml')],
      [404, await sim.call('GET', '/api/nothing')],
      [404, await sim.call('PUT', '/api/orders')],
      [404, await sim.call('GET', '/api/orders/none')],
      [401, await request(`${sim.url}/api/orders`, { method: 'GET' })],
    ];
    for (const [status, answer] of refusals)
      expect(answer).toMatchObject({ status, body: expect.arrayContaining([aRefusal]) });
  });
});

it('says that it is well to those who are signed in', async () => {
  await using sim = await startSimulator();
  expect((await sim.call('GET', '/api/health')).body).toMatchObject({ status: 'UP', dependencies: [{ status: 'UP' }] });
  expect(await request(`${sim.url}/api/health`, { method: 'GET' })).toMatchObject({ status: 401 });
});
