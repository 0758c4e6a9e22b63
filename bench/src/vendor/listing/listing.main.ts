/** Stands for commercetools towards a backfill: lists orders and reads them, as lightly as can be, in its own process. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pageOf, toOrderId, toOrderText } from './orders.ts';
import type { FromListing, ToListing } from './startListing.ts';

let count = 0;
let reads = 0;

const tell = (message: FromListing): void => void process.send?.(message);

function answer(response: ServerResponse, text: string): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) });
  response.end(text);
}

function onRequest(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://127.0.0.1');
  request.resume();
  const [, project, , id] = url.pathname.split('/');
  if (project === 'oauth')
    return answer(response, '{"access_token":"token","expires_in":172800,"token_type":"Bearer","scope":"x"}');
  if (id !== undefined) {
    reads += 1;
    return answer(response, toOrderText(id));
  }
  const limit = Number(url.searchParams.get('limit'));
  const page = pageOf(url.searchParams.getAll('where').join(' and '), { limit, count });
  const results = page.map((index) => toOrderText(toOrderId('listed', index)));
  answer(response, `{"limit":${limit},"offset":0,"count":${page.length},"results":[${results.join(',')}]}`);
}

process.on('message', (message: ToListing) => {
  if (message.do === 'report') return tell({ is: 'report', reads });
  ({ count } = message);
  tell({ is: 'ready' });
});
process.on('disconnect', () => process.exit());

const server = createServer({ keepAliveTimeout: 600_000 }, onRequest).listen(0, '127.0.0.1', 4_096, () => {
  tell({ is: 'listening', url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` });
});
