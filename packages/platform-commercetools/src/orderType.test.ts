import { afterEach, describe, expect, test } from 'vitest';
import { fieldPresets } from './fieldNames.ts';
import { ensureOrderType, resolveOrderType } from './orderType.ts';
import { clientOf } from './testing/client.ts';
import { ctError, html, json, startServer } from './testing/server.ts';
import type { Received, Reply } from './testing/server.ts';

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const step of cleanup.splice(0).reverse()) await step();
});

async function start(get: Reply, post: Reply = json(200, { id: 'type-1', version: 2, key: 'fft-order' })) {
  const server = await startServer((request, response) => (request.method === 'GET' ? get : post)(request, response));
  const client = clientOf(server.url);
  cleanup.push(
    () => client.close(),
    () => server.stop(),
  );
  const { signal } = new AbortController();
  const posted = () =>
    server.requests.filter((each: Received) => each.method === 'POST' && each.path.includes('/types'));
  return { posted, request: { api: client.api, key: 'fft-order', fields: fieldPresets.docs, signal } };
}

const kinds = new Map<string, string>([['fft_load_units_amount', 'Number']]);
const type = (names: readonly string[], changes = {}) =>
  json(200, {
    id: 'type-1',
    key: 'fft-order',
    version: 4,
    resourceTypeIds: ['order'],
    fieldDefinitions: names.map((name) => ({ name, type: { name: kinds.get(name) ?? 'String' } })),
    ...changes,
  });
const missing = ctError(404, 'ResourceNotFound');
const all = Object.values(fieldPresets.docs).filter((name) => name !== null);

describe('resolveOrderType', () => {
  test('gives id and key of a complete Type and changes nothing', async () => {
    const { posted, request } = await start(type([...all, 'gift']));
    await expect(resolveOrderType(request)).resolves.toEqual({ id: 'type-1', key: 'fft-order' });
    expect(posted()).toEqual([]);
  });

  test.each<[string, Reply, string]>([
    ['is missing', missing, 'order-type-missing'],
    ['lacks a field', type(all.slice(1)), 'order-type-incomplete'],
    ['is not for orders', type(all, { resourceTypeIds: ['channel'] }), 'order-type-unfit'],
  ])('says what to do when it %s', async (_what, get, code) => {
    const { posted, request } = await start(get);
    await expect(resolveOrderType(request)).rejects.toMatchObject({ errorClass: 'permanent', code });
    expect(posted()).toEqual([]);
  });
});

describe('ensureOrderType', () => {
  test('creates the Type with every field, none required', async () => {
    const { posted, request } = await start(missing);
    await expect(ensureOrderType(request)).resolves.toEqual({ id: 'type-1', key: 'fft-order' });
    const draft = JSON.parse(posted()[0]?.body ?? '');
    expect(draft).toMatchObject({ key: 'fft-order', resourceTypeIds: ['order'] });
    expect(draft.fieldDefinitions.map((each: { name: string }) => each.name).sort()).toEqual([...all].sort());
    expect(draft.fieldDefinitions).toHaveLength(all.length);
    expect(draft.fieldDefinitions.every((each: { required: boolean }) => !each.required)).toBe(true);
    expect(draft.fieldDefinitions).toContainEqual(
      expect.objectContaining({ name: 'fft_load_units_amount', type: { name: 'Number' } }),
    );
  });

  test('adds only the fields that are missing, with the version', async () => {
    const { posted, request } = await start(type(all.filter((name) => name !== 'fft_short_id')));
    await ensureOrderType(request);
    expect(JSON.parse(posted()[0]?.body ?? '')).toMatchObject({
      version: 4,
      actions: [{ action: 'addFieldDefinition', fieldDefinition: { name: 'fft_short_id', type: { name: 'String' } } }],
    });
  });

  test('adds a field that only this shop names', async () => {
    const { posted, request } = await start(type(all));
    await ensureOrderType({ ...request, fields: { ...fieldPresets.docs, jobs: 'fft_jobs' } });
    expect(JSON.parse(posted()[0]?.body ?? '')).toMatchObject({
      actions: [{ action: 'addFieldDefinition', fieldDefinition: { name: 'fft_jobs', type: { name: 'String' } } }],
    });
  });

  test('changes nothing when it is complete', async () => {
    const { posted, request } = await start(type(all));
    await ensureOrderType(request);
    expect(posted()).toEqual([]);
  });

  test('refuses a Type that has one of our fields with another kind', async () => {
    kinds.set('fft_order_id', 'Number');
    const { posted, request } = await start(type(all));
    kinds.delete('fft_order_id');
    await expect(ensureOrderType(request)).rejects.toMatchObject({
      code: 'order-type-unfit',
      message: expect.stringContaining('fft_order_id'),
    });
    expect(posted()).toEqual([]);
  });

  test('does not create a Type when the answer is not one of commercetools', async () => {
    const { posted, request } = await start(html(404));
    await expect(ensureOrderType(request)).rejects.toMatchObject({ errorClass: 'transient' });
    expect(posted()).toEqual([]);
  });
});
