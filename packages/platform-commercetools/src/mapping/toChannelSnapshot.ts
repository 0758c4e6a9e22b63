import type { Channel } from '@commercetools/platform-sdk';
import type { ChannelSnapshot } from '@pipeline/schemas/types';
import { PipelineError } from '@pipeline/streams';
import { toAddress } from './toAddress.ts';

/**
 * Maps a channel as commercetools returns it. `languages`: of the project, the most important first; they choose among
 * the channel's names.
 * @throws PipelineError `permanent` that names the field, when a channel has no key, or its roles, address or place
 *   cannot be read.
 */
export function toChannelSnapshot(channel: Channel, languages: readonly string[]): ChannelSnapshot {
  const { id, key, roles = [], name, address } = channel;
  if (typeof key !== 'string' || key === '') throw unreadable(id, 'key', 'is missing');
  if (!Array.isArray(roles) || !roles.every((role) => typeof role === 'string'))
    throw unreadable(id, 'roles', 'is no list of texts');
  if (address && typeof address.country !== 'string') throw unreadable(id, 'address.country', 'is missing');
  const [longitude, latitude] = toPoint(channel) ?? [null, null];
  return {
    key,
    roles: [...roles],
    name: toName(name, languages),
    address: address ? toAddress(address) : null,
    latitude,
    longitude,
  };
}

/** A text of nothing but blanks is none. */
function toName(names: Channel['name'], languages: readonly string[]): string | null {
  const given = Object.entries(names ?? {}).filter(([, text]) => typeof text === 'string' && text.trim() !== '');
  const chosen = languages.find((language) => given.some(([each]) => each === language));
  const [, text] = given.find(([each]) => each === chosen) ?? given[0] ?? [];
  return text ?? null;
}

/** GeoJSON has the longitude first (RFC 7946, 3.1.1); commercetools knows points only. */
function toPoint({ id, geoLocation }: Channel): readonly [longitude: number, latitude: number] | undefined {
  if (!geoLocation) return undefined;
  const { type, coordinates } = geoLocation as { readonly type: string; readonly coordinates?: unknown };
  if (type !== 'Point') throw unreadable(id, 'geoLocation.type', 'is not Point');
  const [longitude, latitude]: readonly unknown[] = Array.isArray(coordinates) ? coordinates : [];
  if (isWithin(longitude, 180) && isWithin(latitude, 90)) return [longitude, latitude];
  throw unreadable(id, 'geoLocation.coordinates', 'are not [longitude, latitude] in degrees');
}

const isWithin = (value: unknown, limit: number): value is number =>
  typeof value === 'number' && Math.abs(value) <= limit;

const unreadable = (id: string, field: string, why: string): PipelineError =>
  new PipelineError(
    'permanent',
    'unreadable-channel',
    `The channel ${id}: ${field} ${why}. Correct it at commercetools, which brings the channel again, or redrive this letter then.`,
    { stage: 'map' },
  );
