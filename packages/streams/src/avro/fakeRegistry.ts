import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { HEADER_BYTES, writeHeader } from './wireFormat.ts';

type Fault = (request: IncomingMessage, response: ServerResponse) => void;

/** For tests: the two questions that services ask a schema registry, on a free loopback port, with faults. */
export interface FakeRegistry extends AsyncDisposable {
  readonly url: string;
  /** Method and path of each request. */
  readonly requests: string[];
  register(subject: string, schema: unknown, id: number): void;
  /** Known by id only, as a schema of some other subject. */
  addSchema(id: number, schema: unknown, schemaType?: string): void;
  /** Every answer until `recover`. */
  fail(fault: Fault): void;
  recover(): void;
}

export const answerWith =
  (status: number, body: string, contentType = 'application/vnd.schemaregistry.v1+json'): Fault =>
  (_, response) =>
    response.writeHead(status, { 'content-type': contentType }).end(body);

/** `tls`: HTTPS, and only for clients with a certificate of the authority `ca`. */
export async function startFakeRegistry(tls?: {
  readonly cert: string;
  readonly key: string;
  readonly ca: string;
}): Promise<FakeRegistry> {
  const requests: string[] = [];
  const subjects = new Map<string, Map<string, number>>();
  const schemas = new Map<number, { schema: string; schemaType?: string }>();
  let fault: Fault | undefined;

  const listener: RequestListener = (request, response) => {
    requests.push(`${request.method} ${request.url}`);
    if (fault) return fault(request, response);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const [status, answer] = route(request.url ?? '', Buffer.concat(chunks).toString());
      answerWith(status, JSON.stringify(answer))(request, response);
    });
  };
  const server = tls
    ? createTlsServer({ ...tls, requestCert: true, rejectUnauthorized: true }, listener)
    : createServer(listener);

  function route(url: string, body: string): [number, object] {
    const id = /^\/schemas\/ids\/(\d+)/.exec(url)?.[1];
    if (id !== undefined) {
      const found = schemas.get(Number(id));
      return found ? [200, found] : [404, { error_code: 40403, message: `Schema ${id} not found` }];
    }
    const subject = decodeURIComponent(/^\/subjects\/([^/?]+)/.exec(url)?.[1] ?? '');
    const versions = subjects.get(subject);
    if (!versions) return [404, { error_code: 40401, message: `Subject '${subject}' not found.` }];
    const { schema } = JSON.parse(body) as { schema: string };
    const known = versions.get(schema);
    return known
      ? [200, { subject, version: 1, id: known, schema }]
      : [404, { error_code: 40403, message: 'Schema not found' }];
  }

  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    register(subject, schema, id) {
      const text = JSON.stringify(schema);
      subjects.set(subject, (subjects.get(subject) ?? new Map<string, number>()).set(text, id));
      schemas.set(id, { schema: text });
    },
    addSchema(id, schema, schemaType) {
      schemas.set(id, { schema: JSON.stringify(schema), ...(schemaType ? { schemaType } : {}) });
    },
    fail(next) {
      fault = next;
    },
    recover() {
      fault = undefined;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Bytes as somebody else may have written them. */
export const frame = (schemaId: number, body: Buffer): Buffer =>
  writeHeader(schemaId, Buffer.concat([Buffer.alloc(HEADER_BYTES), body]));
