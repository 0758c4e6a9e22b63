import { invalidInput, invalidJsonInput, invalidOperation } from '../errors.ts';
import { asFields, compact, optionalFields, optionalKey, optionalText, text } from '../input.ts';
import type { Fields, KeyedResource } from '../model.ts';

/** A store or a warehouse; what it does is in its roles. */
export interface Channel extends KeyedResource {
  readonly key: string;
  readonly roles: readonly string[];
}

const knownRoles = ['InventorySupply', 'OrderExport', 'OrderImport', 'Primary', 'ProductDistribution'];

/** The members of a channel in the body of its creation. Throws ApiError (400). */
export function parseChannelDraft(body: Fields): Pick<Channel, 'key' | 'roles'> & Fields {
  return compact({
    key: parseKey(body),
    roles: body.roles === undefined ? ['InventorySupply'] : parseRoles(body),
    name: parseTexts(body, 'name'),
    description: parseTexts(body, 'description'),
    address: parseAddress(body),
    geoLocation: parsePoint(body),
  });
}

/** Required in every channel. */
export function parseKey(body: Fields): string {
  if (optionalText(body, 'key') === '') throw invalidOperation("'key' cannot be empty.");
  text(body, 'key');
  return optionalKey(body, 'key') as string;
}

export function parseRoles({ roles }: Fields): readonly string[] {
  if (!Array.isArray(roles)) throw invalidJsonInput('roles: Malformed parameter, expected an array');
  const unknown = roles.find((role) => !knownRoles.includes(role));
  if (unknown !== undefined)
    throw invalidJsonInput(`roles: Malformed parameter, expected some of ${knownRoles.join(', ')}`);
  if (roles.length === 0) throw invalidOperation('A channel needs at least one role.');
  return [...new Set(roles as string[])];
}

/** Texts by language, e.g. `{"de-DE": "Filiale"}`. */
export function parseTexts(body: Fields, name: string): Fields | undefined {
  const texts = optionalFields(body, name);
  for (const [language, value] of Object.entries(texts ?? {})) {
    if (!/^[a-z]{2}(-[A-Z]{2})?$/.test(language)) throw invalidInput(`${name} -> '${language}' is no language tag.`);
    if (typeof value !== 'string') throw invalidJsonInput(`${name} -> ${language}: Malformed parameter, a string`);
  }
  return texts;
}

export function parseAddress(body: Fields): Fields | undefined {
  const address = optionalFields(body, 'address');
  if (!address) return undefined;
  if (!/^[A-Z]{2}$/.test(text(address, 'country', 'address -> country')))
    throw invalidInput('address -> country: a country code of two letters (ISO 3166-1) is required.');
  return address;
}

/** A point in GeoJSON: the longitude comes first. */
export function parsePoint(body: Fields): Fields | undefined {
  if (body.geoLocation === undefined || body.geoLocation === null) return undefined;
  const point = asFields(body.geoLocation, 'geoLocation');
  const { type, coordinates } = point;
  if (type !== 'Point') throw invalidJsonInput('geoLocation -> type: Malformed parameter, expected Point');
  const isPoint = Array.isArray(coordinates) && coordinates.length === 2 && coordinates.every(Number.isFinite);
  const [longitude, latitude] = isPoint ? (coordinates as [number, number]) : [Infinity, Infinity];
  if (Math.abs(longitude) > 180 || Math.abs(latitude) > 90)
    throw invalidInput('geoLocation -> coordinates: a longitude and a latitude are required.');
  return point;
}
