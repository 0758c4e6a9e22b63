import { expect, test } from 'vitest';
import { startSimulator } from '../testing/simulator.ts';

const change = (languages: unknown) => ({ version: 1, actions: [{ action: 'changeLanguages', languages }] });

test('the languages of the project are changed, in the order that was given, guarded by its version', async () => {
  await using simulator = await startSimulator();
  const changed = await simulator.api('POST', '', change(['no', 'fr-CA']));
  expect(changed).toMatchObject({ status: 200, body: { version: 2, languages: ['no', 'fr-CA'] } });
  expect((await simulator.api('GET', '')).body).toEqual(changed.body);
  expect((await simulator.api('POST', '', change(['de']))).status).toBe(409);
});

test.for([[[]], ['de'], [['german']], [[7]], [undefined]])('%j are no languages', async ([languages]) => {
  await using simulator = await startSimulator();
  const { status, body } = await simulator.api('POST', '', change(languages));
  expect([status, body.errors[0].code]).toEqual([400, 'InvalidField']);
});

test('a store has supply channels, whose keys are there when the request expands them', async () => {
  await using simulator = await startSimulator();
  const [plain] = (await simulator.api('GET', '/stores')).body.results;
  expect(plain.supplyChannels).toEqual([{ typeId: 'channel', id: expect.any(String) }]);
  const query = '?expand=supplyChannels%5B*%5D&sort=id%20asc';
  const [store] = (await simulator.api('GET', `/stores${query}`)).body.results;
  expect(store.supplyChannels[0].obj.key).toBe('store-berlin');
  const one = (await simulator.api('GET', '/stores/key=berlin?expand=supplyChannels%5B0%5D')).body;
  expect(one.supplyChannels).toEqual(store.supplyChannels);
});
