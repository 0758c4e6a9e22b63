/**
 * Stands for both vendors, as lightly as can be: a process of its own, so that what it costs is not the router's. The
 * order that it answers is the body that it got, with an id, as fulfillmenttools does it. Nothing is checked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type Expectation, type FromVendor, nowMs, type ToVendor, type VendorReport } from './protocol.ts';

let expected: Expectation = { answers: 0, steadyFrom: 0, latencyMs: 0, stuck: [] };
let counted = emptyCount();

function emptyCount() {
  return {
    arrivedAt: [] as number[],
    answeredAt: [] as number[],
    tenantOrderIds: [] as string[],
    otherCalls: {} as Record<string, number>,
    posts: 0,
  } satisfies VendorReport;
}

const tell = (message: FromVendor): void => void process.send?.(message);

const signIns: Readonly<Record<string, object>> = {
  '/v1/accounts:signInWithPassword': { idToken: 'token', refreshToken: 'refresh', expiresIn: '3600' },
  '/v1/token': { id_token: 'token', refresh_token: 'refresh', expires_in: '3600' },
  '/oauth/token': { access_token: 'token', expires_in: 172_800, token_type: 'Bearer', scope: 'view_orders' },
};

function answer(response: ServerResponse, status: number, body: string): void {
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) });
  response.end(body);
}

const field = (body: string, name: string): string => {
  const start = body.indexOf(`"${name}":"`);
  const from = start + name.length + 4;
  return start < 0 ? '' : body.slice(from, body.indexOf('"', from));
};

function takeOrder(body: string, response: ServerResponse, arrivedAt: number): void {
  const count = counted;
  const id = `order-${++count.posts}`;
  const tenantOrderId = field(body, 'tenantOrderId');
  if (expected.stuck.includes(tenantOrderId)) return;
  setTimeout(() => {
    const begin = `{"id":"${id}","processId":"process-${id}","version":1,"status":"OPEN",`;
    answer(response, 201, begin + body.slice(1));
    count.arrivedAt.push(arrivedAt);
    count.tenantOrderIds.push(tenantOrderId);
    const answered = count.answeredAt.push(nowMs());
    if (count !== counted) return;
    if (answered === expected.steadyFrom) tell({ is: 'steady' });
    if (answered === expected.answers) tell({ is: 'finished' });
  }, expected.latencyMs);
}

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  const arrivedAt = nowMs();
  const path = request.url?.replace(/\?.*/, '') ?? '';
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    if (request.method === 'POST' && path === '/api/orders')
      return takeOrder(Buffer.concat(chunks).toString(), response, arrivedAt);
    const signIn = signIns[path];
    if (signIn) return answer(response, 200, JSON.stringify(signIn));
    const call = `${request.method} ${path.replace(/[^/]*\d[^/]*/g, '{id}')}`;
    counted.otherCalls[call] = (counted.otherCalls[call] ?? 0) + 1;
    setTimeout(() => answer(response, 404, '[]'), expected.latencyMs);
  });
}

process.on('message', (message: ToVendor) => {
  if (message.do === 'report') return tell({ is: 'report', report: counted });
  expected = message.what;
  counted = emptyCount();
  tell({ is: 'ready' });
});
process.on('disconnect', () => process.exit());

const server = createServer({ keepAliveTimeout: 600_000 }, onRequest).listen(0, '127.0.0.1', 4_096, () => {
  const { port } = server.address() as AddressInfo;
  tell({ is: 'listening', url: `http://127.0.0.1:${port}` });
});
