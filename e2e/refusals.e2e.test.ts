import {
  aDemoOrder,
  placeOrders,
  PROJECT_KEY,
  replayAll,
  type Sandbox,
  simulatorCredentials,
  watchOrders,
} from '@pipeline/sandbox';
import { deadLetterTopics } from '@pipeline/schemas';
import { describe, expect, it } from 'vitest';
import { findPrivate } from './privacy.ts';
import { withSandbox } from './withSandbox.ts';

const letterTopic = deadLetterTopics['status-writer'].name;

describe('an order whose fields commercetools refuses', () => {
  it('shows its ShipmentState to the end, parks the fields alone, and costs no call in a replay', async () => {
    await withSandbox({}, async (sandbox) => {
      const { commercetools, kafka, topicPrefix } = sandbox;
      const type = { typeId: 'type', id: await createRefusingType(sandbox) };
      const { body } = aDemoOrder(0, 'REFUSED');
      const { id } = await commercetools.createOrder({ ...body, custom: { type, fields: {} } });
      const others = await placeOrders(sandbox, { count: 4, perSecond: 40, run: 'OTHERS' });
      const ids = new Set([id, ...others.map((placed) => placed.id)]);
      expect(await watchOrders(sandbox, { ids, timeoutMs: 60_000, onChange: () => undefined })).toBe(true);
      await expect.poll(() => kafka.written(letterTopic)).toBeGreaterThan(0);

      const orders = await commercetools.orders();
      expect(orders.find((order) => order.id === id)).toMatchObject({ shipmentState: 'Shipped', custom: {} });
      for (const order of others)
        expect(orders.find((each) => each.id === order.id)?.custom).toMatchObject({ fft_order_id: expect.any(String) });
      const letters = await kafka.messages(letterTopic);
      for (const { key, headers } of letters) {
        expect(key).toBe(id);
        expect(headers).toMatchObject({
          'dlq.error-class': 'permanent',
          'dlq.error-code': 'InvalidOperation',
          'dlq.http-status': '400',
          'dlq.error-message': expect.stringMatching(/group was refused: fields\. .*'theirs' is not for/),
        });
        expect(findPrivate(JSON.stringify(headers), sandbox)).toEqual([]);
      }

      const updates = await countUpdates(sandbox, id);
      const replay = await replayAll(sandbox, { groupPrefix: `${topicPrefix}again-`, timeoutMs: 60_000 });
      expect(replay).toEqual({ posts: 0, updates: 0 });
      expect(await countUpdates(sandbox, id)).toBe(updates);
      expect(await kafka.messages(letterTopic)).toHaveLength(letters.length);
    });
  });
});

/** A Type with our fields that commercetools does not let orders have: they read well, and every update is refused. */
async function createRefusingType({ addresses: { commercetoolsUrl } }: Sandbox): Promise<string> {
  const { clientId, clientSecret } = simulatorCredentials.commercetools;
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64');
  const { access_token: token } = await post<{ access_token: string }>(`${commercetoolsUrl}/oauth/token`, {
    authorization: `Basic ${basic}`,
    body: new URLSearchParams({ grant_type: 'client_credentials' }),
  });
  const fields = ['fft_order_id', 'fft_pickjob_id', 'fft_short_id', 'fft_facility_id', 'fft_handoverjob_id'];
  const { id } = await post<{ id: string }>(`${commercetoolsUrl}/${PROJECT_KEY}/types`, {
    authorization: `Bearer ${token}`,
    body: JSON.stringify({
      key: 'theirs',
      name: { en: 'Theirs' },
      resourceTypeIds: ['payment'],
      fieldDefinitions: fields.map((name) => ({ name, label: { en: name }, type: { name: 'String' } })),
    }),
  });
  return id;
}

async function post<Answer>(
  url: string,
  { authorization, body }: { authorization: string; body: string | URLSearchParams },
): Promise<Answer> {
  const contentType = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
  const response = await fetch(url, { method: 'POST', headers: { authorization, ...contentType }, body });
  expect([url, response.ok]).toEqual([url, true]);
  return (await response.json()) as Answer;
}

/** Updates of the order that were asked for, accepted or not. */
async function countUpdates({ addresses: { commercetoolsUrl } }: Sandbox, orderId: string): Promise<number> {
  const query = new URLSearchParams({ method: 'POST', path: `/${PROJECT_KEY}/orders/${orderId}` });
  return ((await (await fetch(`${commercetoolsUrl}/_sim/requests?${query}`)).json()) as unknown[]).length;
}
