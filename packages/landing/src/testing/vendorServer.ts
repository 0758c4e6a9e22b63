import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands for the keys of Google or for SNS. */
export interface VendorServer {
  readonly origin: string;
  /** Path and query of every request so far. */
  readonly requests: string[];
  /** What it answers from now on; a number is a status, undefined no answer at all. */
  answer: (url: string) => string | number | undefined;
  /** Nothing listens any more. */
  close(): Promise<void>;
}

export async function startVendorServer(answer: VendorServer['answer']): Promise<VendorServer> {
  const server = createServer((request, response) => {
    const url = request.url ?? '';
    vendor.requests.push(url);
    const content = vendor.answer(url);
    if (content === undefined) return;
    if (typeof content === 'number') response.writeHead(content, { location: `${vendor.origin}/elsewhere` });
    response.end(typeof content === 'number' ? 'no' : content);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const vendor: VendorServer = {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: [],
    answer,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return vendor;
}
