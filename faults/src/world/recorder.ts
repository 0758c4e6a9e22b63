import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Takes whatever a vendor delivers, for a row that delivers it later itself. */
export interface Recorder {
  readonly url: string;
  /** In the order in which they came. */
  readonly bodies: readonly Buffer[];
  close(): Promise<void>;
}

/** Listens on a free port of 127.0.0.1. */
export async function startRecorder(): Promise<Recorder> {
  const bodies: Buffer[] = [];
  const server = createServer((incoming, answer) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      bodies.push(Buffer.concat(chunks));
      answer.end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    bodies,
    async close() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}
