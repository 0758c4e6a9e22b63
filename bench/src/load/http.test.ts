import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { countMissing, createBits } from './bits.ts';
import { readAnswer } from './httpConnection.ts';
import { createDeliveryTemplate, fromOrderId } from './httpDelivery.ts';
import { type Numbers, runHttp } from './httpRun.ts';

const target = { url: 'http://127.0.0.1:1/commercetools', secret: 's'.repeat(32), bodyBytes: 15_000, load: 3 };

describe('a set of numbers', () => {
  test('grows as it needs to and says what of it is missing in another', () => {
    const [wanted, found] = [createBits(), createBits()];
    for (const number of [0, 7, 8, 100_000]) wanted.add(number);
    for (const number of [0, 8, 9]) found.add(number);
    expect([wanted.has(100_000), wanted.has(99_999), found.has(100_000)]).toEqual([true, false, false]);
    expect(countMissing(wanted, found)).toEqual({ missing: 2, all: 4 });
    expect(countMissing(found, wanted)).toEqual({ missing: 1, all: 3 });
    expect(countMissing(createBits(Buffer.from(wanted.bytes)), wanted).missing).toBe(0);
  });
});

describe('a delivery', () => {
  test('is a whole request with ids of its own, of the size that is asked for', () => {
    const template = createDeliveryTemplate(target);
    expect(template.bodyBytes).toBeGreaterThan(15_000);
    expect(template.bodyBytes).toBeLessThan(16_000);
    const [one, other] = [4_711, 4_712].map((number) => template.toRequest(number).toString().split('\r\n\r\n'));
    const notification = JSON.parse(one?.[1] ?? '') as { id: string; resource: { id: string }; order: { id: string } };
    expect(one?.[0]).toContain(`content-length: ${one?.[1]?.length}`);
    expect(notification.order.id).toBe(notification.resource.id);
    expect(fromOrderId(notification.resource.id)).toEqual({ load: 3, number: 4_711 });
    expect(JSON.parse(other?.[1] ?? '')).not.toMatchObject({ id: notification.id });
  });

  test('is found by no other key', () => {
    expect(fromOrderId('7e0c2f0a-53a5-4b07-a3a2-0b3cbb0a5d01')).toBeUndefined();
    expect(fromOrderId('')).toBeUndefined();
  });
});

describe('an answer', () => {
  const ok = 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}';

  test('is read when it is all there', () => {
    expect(readAnswer(ok)).toEqual({ status: 200, retryAfterMs: 0, keep: true });
    for (const length of [10, 20, ok.length - 1]) expect(readAnswer(ok.slice(0, length))).toBeUndefined();
  });

  test('says how long to wait, and whether the connection goes on', () => {
    const busy = 'HTTP/1.1 503 x\r\nRetry-After: 2\r\nConnection: close\r\nContent-Length: 0\r\n\r\n';
    expect(readAnswer(busy)).toEqual({ status: 503, retryAfterMs: 2_000, keep: false });
  });
});

describe('a run', () => {
  async function serve(answer: (nth: number) => number): Promise<{ server: Server; url: string; bodies: string[] }> {
    const bodies: string[] = [];
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        bodies.push(Buffer.concat(chunks).toString());
        const status = answer(bodies.length);
        const headers = status === 503 ? { 'retry-after': '0', connection: 'close' } : {};
        setTimeout(() => response.writeHead(status, headers).end(), 10);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return { server, bodies, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/commercetools` };
  }

  const numbers = (): Numbers => ({ next: 0, acked: createBits() });
  const idOf = (body: string) => (JSON.parse(body) as { id: string }).id;
  const times = { warmMs: 0, measuredMs: 2_600, counted: true };

  test('with as many in flight as connections counts what was acknowledged, each delivery once', async () => {
    const { server, url, bodies } = await serve(() => 200);
    const all = numbers();
    const report = await runHttp(
      { ...times, target: { ...target, url }, arrival: { is: 'closed' }, connections: 3 },
      all,
    );
    server.closeAllConnections();
    server.close();
    expect(report.errors).toEqual({});
    expect(report.acked).toBeGreaterThan(0);
    expect(new Set(bodies.map(idOf)).size).toBe(bodies.length);
    const { all: acked } = countMissing(all.acked, createBits());
    expect(acked).toBeGreaterThanOrEqual(report.acked);
    expect(acked).toBeLessThanOrEqual(bodies.length);
  });

  test('at a pace sends what is due, and again what was refused', async () => {
    const { server, url, bodies } = await serve((nth) => (nth === 1 ? 503 : 200));
    const all = numbers();
    const arrival = { is: 'paced', perSecond: 50 } as const;
    const report = await runHttp({ ...times, target: { ...target, url }, arrival, connections: 8 }, all);
    server.closeAllConnections();
    server.close();
    expect(report.errors).toEqual({ 503: 1 });
    expect(bodies.map(idOf).filter((id) => id === idOf(bodies[0] ?? ''))).toHaveLength(2);
    expect(all.next).toBeLessThanOrEqual(130);
    expect(all.acked.has(0)).toBe(true);
  });
});
