import { isDeepStrictEqual } from 'node:util';
import { duplicateField, invalidInput, invalidOperation } from '../errors.ts';
import { asFields, text } from '../input.ts';
import type { Fields } from '../model.ts';
import { type Channel, parseAddress, parseKey, parsePoint, parseRoles, parseTexts } from './channel.ts';

/** The id of the channel with a key; undefined: it is free. */
type FindKey = (key: string) => string | undefined;

type Action = (channel: Channel, action: Fields, find: FindKey) => Channel;

const withMember = (channel: Channel, name: string, value: unknown): Channel => {
  const { [name]: _, ...rest } = channel;
  return (value === undefined ? rest : { ...rest, [name]: value }) as Channel;
};

/** The vendor refuses a change to what is there already, for the members that a channel cannot be without. */
function changed(channel: Channel, name: string, value: unknown): Channel {
  if (isDeepStrictEqual(channel[name], value)) throw invalidOperation(`'${name}' has this value already.`);
  return withMember(channel, name, value);
}

const changeTexts =
  (name: string): Action =>
  (channel, action) => {
    asFields(action[name], name);
    return changed(channel, name, parseTexts(action, name));
  };

/** By the vendor's API reference, which has no `setName` for a channel. */
const actions: Readonly<Record<string, Action>> = {
  changeKey(channel, action, find) {
    const key = parseKey(action);
    const holder = find(key);
    if (holder !== undefined && holder !== channel.id) throw duplicateField('key', key);
    return key === channel.key ? channel : { ...channel, key };
  },
  changeName: changeTexts('name'),
  changeDescription: changeTexts('description'),
  setRoles: (channel, action) => changed(channel, 'roles', parseRoles(action)),
  addRoles(channel, action) {
    const added = parseRoles(action).filter((role) => !channel.roles.includes(role));
    if (added.length === 0) throw invalidOperation('The channel has these roles already.');
    return { ...channel, roles: [...channel.roles, ...added] };
  },
  removeRoles(channel, action) {
    const removed = parseRoles(action);
    const roles = channel.roles.filter((role) => !removed.includes(role));
    if (roles.length === channel.roles.length) throw invalidOperation('The channel has none of these roles.');
    if (roles.length === 0) throw invalidOperation('A channel needs at least one role.');
    return { ...channel, roles };
  },
  setAddress: (channel, action) => set(channel, 'address', parseAddress(action)),
  setGeoLocation: (channel, action) => set(channel, 'geoLocation', parsePoint(action)),
};

/** Without a value it takes the member away. */
const set = (channel: Channel, name: string, value: Fields | undefined): Channel =>
  isDeepStrictEqual(channel[name], value) ? channel : withMember(channel, name, value);

/** The channel after one update action; the same object when nothing changes. Throws ApiError (400). */
export function applyChannelAction(channel: Channel, action: Fields, find: FindKey): Channel {
  const name = text(action, 'action', 'actions -> action');
  const apply = Object.hasOwn(actions, name) ? actions[name] : undefined;
  if (apply) return apply(channel, action, find);
  throw invalidInput(
    `Invalid update action '${name}' for a Channel. The simulator knows ${Object.keys(actions).join(', ')}.`,
  );
}
