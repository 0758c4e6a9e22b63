import { connectFulfillmenttools, createFacilities, type Facility } from '@pipeline/provider-fulfillmenttools';
import { channels as seeded, createCommercetoolsSimulator } from '@pipeline/simulator-commercetools';
import { createFulfillmenttoolsSimulator } from '@pipeline/simulator-fulfillmenttools';
import type { ChannelSnapshot } from '@pipeline/schemas';
import { issuePermit } from '@pipeline/streams';
import { expect, test } from 'vitest';
import { ops } from '../ops.ts';
import { audit, type AuditedChannel } from './audit.ts';
import { describeAudit } from './auditCommand.ts';

const address: NonNullable<ChannelSnapshot['address']> = {
  ...{ country: 'DE', salutation: null, title: null, firstName: null, lastName: null, company: 'Shop' },
  ...{ street: 'Domstr.', houseNumber: '1', additionalStreetInfo: null, additionalAddressInfo: null, building: null },
  ...{ apartment: null, pOBox: null, postalCode: '50667', city: 'Cologne', region: null, state: null },
  ...{ phone: null, mobile: null, email: null, customFields: {} },
};
const aSnapshot = (over: Partial<ChannelSnapshot> = {}): ChannelSnapshot => ({
  ...{ key: 'store-1', roles: ['InventorySupply'], name: 'Store One', address, latitude: null, longitude: null },
  ...over,
});
const aChannel = (over: Partial<ChannelSnapshot> = {}): AuditedChannel => ({
  ...{ id: 'channel-1', key: 'store-1', supplies: true, snapshot: aSnapshot(over) },
});
const aFacility = (over: Partial<Facility> = {}): Facility => ({
  ...{ id: 'facility-1', version: 1, isSupplier: false, tenantFacilityId: 'store-1', name: 'Store One' },
  ...{ status: 'ONLINE', customAttributes: {}, channelId: 'channel-1' },
  address: {
    ...{ companyName: 'Shop', street: 'Domstr.', houseNumber: '1' },
    ...{ postalCode: '50667', city: 'Cologne', country: 'DE' },
  },
  ...over,
});
const idle: AuditedChannel = { id: 'channel-1', key: 'store-1', supplies: false };

test.each([
  ['the facility of a channel is as that says', [aChannel()], [aFacility()]],
  ['people have set it offline', [aChannel()], [aFacility({ status: 'OFFLINE' })]],
  ['the facility of a channel that is gone is offline', [], [aFacility({ status: 'OFFLINE' })]],
  ['that of a channel without the role is', [idle], [aFacility({ status: 'OFFLINE' })]],
  ['a channel without the role has none', [idle], []],
  ['a facility is nobody’s', [], [aFacility({ channelId: null })]],
  ['a supplier has the mark', [], [aFacility({ isSupplier: true })]],
])('nothing is found where %s', (_, channels, facilities) => {
  expect(audit(channels, facilities, undefined)).toEqual([]);
});

test.each([
  ['still-online', 'its channel is gone', [], [aFacility()]],
  ['still-online', 'SUSPENDED, but its channel has no longer the role', [idle], [aFacility({ status: 'SUSPENDED' })]],
  ['no-facility', 'no facility', [aChannel()], [aFacility({ channelId: null })]],
  ['several-facilities', 'several', [aChannel()], [aFacility(), aFacility({ id: 'facility-2' })]],
  ['differs', 'says: name, address', [aChannel()], [aFacility({ name: 'By hand', address: {} })]],
  ['incomplete', 'address.street', [aChannel({ address: null })], []],
  ['incomplete', 'no key', [{ id: 'channel-1', key: 'k', supplies: true, unreadable: 'It has no key.' }], []],
])('%s is found, with the reason: %s', (kind, text, channels, facilities) => {
  const findings = audit(channels, facilities, undefined);
  expect(findings).toMatchObject([{ kind, channelId: 'channel-1', text: expect.stringContaining(text) }]);
  expect(findings[0]?.facilityIds).toEqual(
    facilities.filter(({ channelId }) => channelId !== null).map(({ id }) => id),
  );
});

test('a person is told which, and that nothing differs; what comes from outside does not steer the terminal', () => {
  const counts = { channels: 1, facilities: 1 };
  const findings = audit([], [aFacility({ tenantFacilityId: 'a\u001b[2J' })], undefined);
  const [head, line, end] = describeAudit(findings, counts);
  expect(head).toBe('1 channels with the role InventorySupply, 1 facilities with the mark of a channel');
  expect(line).toBe('  still-online  a\uFFFD[2J  channel-1  facility-1  ONLINE, but its channel is gone');
  expect(end).toContain('1 differ;');
  expect(describeAudit([], counts).at(-1)).toBe('Nothing differs.');
});

test('the command reads both sides, changes nothing, and ends with 1 where something differs', async () => {
  const client = { clientId: 'able', clientSecret: 'secret-of-the-test', scope: 'view_channels:shop' };
  const scope = `${client.scope} view_project_settings:shop`;
  const shop = createCommercetoolsSimulator({ projectKey: 'shop', clients: [{ ...client, scope }] });
  const accounts = { apiKey: 'key', user: 'sim@ocff-sim-pre.com', password: 'password-of-the-test' };
  const tenant = createFulfillmenttoolsSimulator({ ...accounts, stepMs: 0, indexLagMs: 0, facilities: ['theirs'] });
  const [shopUrl, url] = [await shop.listen(), await tenant.listen()];
  const connection = connectFulfillmenttools({
    ...{ apiKey: accounts.apiKey, credentials: { user: accounts.user, password: accounts.password } },
    ...{ baseUrl: url, signInUrl: url, tokenUrl: url },
  });
  try {
    const env = {
      ...{ CTP_PROJECT_KEY: 'shop', CTP_CLIENT_ID: client.clientId, CTP_CLIENT_SECRET: client.clientSecret },
      ...{ CTP_API_URL: shopUrl, CTP_AUTH_URL: shopUrl, FFT_API_KEY: accounts.apiKey },
      ...{ FFT_API_USER: accounts.user, FFT_API_PASSWORD: accounts.password },
      ...{ FFT_BASE_URL: url, FFT_SIGN_IN_URL: url, FFT_TOKEN_URL: url },
    };
    const run = async (...args: string[]) => {
      const lines: string[] = [];
      const say = (line: string) => void lines.push(line);
      return { code: await ops(['channels', 'audit', ...args], env, { out: say, err: say }), text: lines.join('\n') };
    };
    const { create } = createFacilities({ client: connection });
    const wanted = { tenantFacilityId: 'gone', name: 'Gone', address: { ...aFacility().address, companyName: 'C' } };
    const permit = issuePermit('test', new AbortController().signal);
    const gone = await create(wanted as Parameters<typeof create>[0], 'no-such-channel', permit);
    expect(await effectsAt(url)).toBe(1);
    const { code, text } = await run();
    expect([code, text]).toEqual([1, expect.stringContaining(`gone  no-such-channel  ${gone.id}  ONLINE, but`)]);
    expect(text.match(/ incomplete  /g)).toHaveLength(3);
    const json = JSON.parse((await run('--json')).text) as { findings: { channelId: string }[] };
    expect(json.findings.map(({ channelId }) => channelId)).toContain(seeded[0]?.id);
    expect([await effectsAt(url), await effectsAt(shopUrl)]).toEqual([1, 0]);
  } finally {
    await Promise.all([connection.close(), shop.close(), tenant.close()]);
  }
});

/** How many calls had an effect. */
async function effectsAt(url: string): Promise<number> {
  const response = await fetch(`${url}/_sim/requests/summary`);
  return ((await response.json()) as { effects: number }).effects;
}
