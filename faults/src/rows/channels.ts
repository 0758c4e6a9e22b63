import type { SimulatedChannel, SimulatedFacility } from '@pipeline/sandbox';
import type { World } from '../world/world.ts';

/** What the facility of a channel is to be, as far as rows look at it. */
export interface Shown {
  readonly tenantFacilityId: string;
  readonly name: string;
  readonly city: unknown;
  readonly status: string;
}

/** A channel of the shop, which rows change. */
export interface ShopChannel {
  readonly channel: SimulatedChannel;
  /** Of its facility, in the end. */
  readonly shown: Shown;
}

export const kinds = ['named', 'keyed', 'moved', 'idle', 'deleted'] as const;
/** What the shop does to a channel: another name, key or city, its role taken away, or all of it. */
export type Kind = (typeof kinds)[number];

const addressIn = (city: string) => ({
  country: 'DE',
  streetName: 'Domstr.',
  streetNumber: '1',
  postalCode: '50667',
  city,
});

/** `name`: starts the keys of these channels. */
export async function openChannels(
  { commercetools }: World,
  name: string,
  count: number,
): Promise<readonly ShopChannel[]> {
  const channels: ShopChannel[] = [];
  for (let index = 0; index < count; index += 1) {
    const key = `${name}-${index}`;
    const channel = await commercetools.createChannel({
      ...{ key, roles: ['InventorySupply'], name: { de: key }, address: addressIn('Cologne') },
    });
    channels.push({ channel, shown: { tenantFacilityId: key, name: key, city: 'Cologne', status: 'ONLINE' } });
  }
  return channels;
}

/** The channel afterwards. One that is deleted cannot be changed again. */
export async function changeChannel(
  { commercetools }: World,
  { channel, shown }: ShopChannel,
  kind: Kind,
): Promise<ShopChannel> {
  const { id, key, version } = channel;
  const again = `${key}-${version}`;
  const with_ = async (action: object, over: Partial<Shown>): Promise<ShopChannel> => ({
    channel: await commercetools.updateChannel(channel, action),
    shown: { ...shown, ...over },
  });
  switch (kind) {
    case 'named':
      return with_({ action: 'changeName', name: { de: again } }, { name: again });
    case 'keyed':
      return with_({ action: 'changeKey', key: again }, { tenantFacilityId: again });
    case 'moved':
      return with_({ action: 'setAddress', address: addressIn(again) }, { city: again });
    case 'idle':
      return with_({ action: 'setRoles', roles: ['ProductDistribution'] }, { status: 'OFFLINE' });
    case 'deleted':
      await commercetools.deleteChannel(channel);
      return { channel: { id, key, version }, shown: { ...shown, status: 'OFFLINE' } };
  }
}

/** Counts what commercetools has told of, beginning now. */
export function createHearing(world: World) {
  const taken = () =>
    world.relay.deliveries.filter(({ vendor, status }) => vendor === 'commercetools' && status === 200).length;
  const before = taken();
  return {
    /** Until there is an event of each of these many changes. */
    async untilTold(changes: number): Promise<void> {
      await world.until(`ingest-ct has taken ${changes} notifications`, () => taken() - before >= changes);
      await world.untilRead('ingest-ct');
    },
  };
}

/** Facilities with a channel's mark, by the channel's id. */
export async function readFacilities({ fulfillmenttools }: World): Promise<ReadonlyMap<string, readonly Shown[]>> {
  const facilities = Map.groupBy(await fulfillmenttools.facilities(), ({ customAttributes }) =>
    String(customAttributes?.['commercetoolsId']),
  );
  return new Map([...facilities].map(([id, own]) => [id, own.map(toShown)]));
}

const toShown = ({ tenantFacilityId = '', name, address, status }: SimulatedFacility): Shown => ({
  ...{ tenantFacilityId, name, city: address['city'], status },
});

/** Each channel has one facility, which shows its last state, and nobody has to look at anything. */
export async function claimFacilities(world: World, channels: readonly ShopChannel[]): Promise<void> {
  const facilities = await readFacilities(world);
  for (const { channel, shown } of channels)
    world.claim('I4', `facilities of the channel ${channel.key}`, [shown], facilities.get(channel.id) ?? []);
  world.claim('I5', 'dead letters', 0, await world.kafka.deadLetters());
}
