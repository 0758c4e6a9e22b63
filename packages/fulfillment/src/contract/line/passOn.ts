import { type IncomingHttpHeaders, type IncomingMessage, request } from 'node:http';

export interface UpstreamAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** The other side's whole answer to a request. */
export function passOn(upstream: string, incoming: IncomingMessage, body: string): Promise<UpstreamAnswer> {
  const { method = 'GET', url = '/', headers } = incoming;
  const { host: _, connection: __, 'transfer-encoding': ___, ...kept } = headers;
  const content = body === '' ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  return new Promise((resolve, reject) => {
    const outgoing = request(`${upstream}${url}`, { method, headers: { ...kept, ...content }, agent: false });
    outgoing.on('error', reject);
    outgoing.on('response', (answer) => {
      const chunks: Buffer[] = [];
      answer.on('error', reject);
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.on('end', () =>
        resolve({ status: answer.statusCode ?? 500, headers: answer.headers, body: Buffer.concat(chunks) }),
      );
    });
    outgoing.end(body);
  });
}
