import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { createCertificate } from '../../../../sandbox/src/broker/testing/certificates.ts';
import { createOAuthTokenProvider, type OAuthClient } from './oauthToken.ts';

const cleanUps: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp();
});

interface Asked {
  readonly authorization: string | undefined;
  readonly body: URLSearchParams;
}

/** Answers the nth request with the nth answer, the last again and again. */
async function tokenServer(answers: readonly (readonly [number, unknown])[], tls?: { cert: string; key: string }) {
  const asked: Asked[] = [];
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const body = new URLSearchParams(await bodyOf(request));
    asked.push({ authorization: request.headers.authorization, body });
    const [status, content] = answers[Math.min(asked.length, answers.length) - 1] ?? [500, {}];
    response.writeHead(status).end(typeof content === 'string' ? content : JSON.stringify(content));
  };
  const listener: RequestListener = (request, response) => void answer(request, response);
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await once(server.listen(0, '127.0.0.1'), 'listening');
  cleanUps.push(() => {
    server.closeAllConnections();
    return once(server.close(), 'close');
  });
  return { asked, tokenUrl: `http${tls ? 's' : ''}://127.0.0.1:${(server.address() as AddressInfo).port}/token` };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request.setEncoding('utf8')) text += chunk as string;
  return text;
}

const client = (tokenUrl: string, more: Partial<OAuthClient> = {}): OAuthClient => ({
  tokenUrl,
  clientId: 'router',
  clientSecret: 'hunter2:%/',
  ...more,
});
const token = (value: string, seconds: unknown = 100): readonly [number, unknown] => [
  200,
  { access_token: value, expires_in: seconds, token_type: 'Bearer' },
];

it('asks with the client-credentials grant, the client signed in by a Basic header, and the scope only when there is one', async () => {
  const { asked, tokenUrl } = await tokenServer([token('t')]);

  expect(await createOAuthTokenProvider(client(tokenUrl))()).toEqual({ value: 't' });
  await createOAuthTokenProvider(client(tokenUrl, { scope: 'kafka read' }))();

  const [id, secret] = Buffer.from(asked[0]?.authorization?.slice('Basic '.length) ?? '', 'base64')
    .toString()
    .split(':');
  expect([id, decodeURIComponent(secret ?? '')]).toEqual(['router', 'hunter2:%/']);
  expect(asked.map(({ body }) => Object.fromEntries(body))).toEqual([
    { grant_type: 'client_credentials' },
    { grant_type: 'client_credentials', scope: 'kafka read' },
  ]);
});

it('gives the extensions with each token, as an object of its own', async () => {
  const { tokenUrl } = await tokenServer([token('t')]);
  const extensions = { logicalCluster: 'lkc-1' };
  const given = await createOAuthTokenProvider(client(tokenUrl, { extensions }))();
  expect(given).toEqual({ value: 't', extensions });
  expect(given.extensions).not.toBe(extensions);
});

it('many connections at once ask once, and the token serves until four fifths of its life', async () => {
  const { asked, tokenUrl } = await tokenServer([token('a'), token('b')]);
  let now = 0;
  const provide = createOAuthTokenProvider(client(tokenUrl), { now: () => now });

  expect(await Promise.all([provide(), provide(), provide()])).toEqual([
    { value: 'a' },
    { value: 'a' },
    { value: 'a' },
  ]);
  now = 79_999;
  expect(await provide()).toEqual({ value: 'a' });
  expect(asked).toHaveLength(1);
  now = 80_000;
  expect(await Promise.all([provide(), provide()])).toEqual([{ value: 'b' }, { value: 'b' }]);
  expect(asked).toHaveLength(2);
});

it('while the server fails, the old token serves until it expires; then the failure shows', async () => {
  const { tokenUrl } = await tokenServer([token('a'), [503, 'busy'], [503, 'busy'], token('b')]);
  let now = 0;
  const provide = createOAuthTokenProvider(client(tokenUrl), { now: () => now });
  await provide();
  now = 99_999;
  expect(await provide()).toEqual({ value: 'a' });
  now = 100_000;
  await expect(provide()).rejects.toMatchObject({ code: 'kafka-token-unavailable' });
  expect(await provide()).toEqual({ value: 'b' });
});

it.each([null, 'soon', 0, -5])('a life of %j is taken for a minute', async (seconds) => {
  const { asked, tokenUrl } = await tokenServer([token('a', seconds)]);
  let now = 0;
  const provide = createOAuthTokenProvider(client(tokenUrl), { now: () => now });
  await provide();
  now = 47_999;
  await provide();
  expect(asked).toHaveLength(1);
  now = 48_000;
  await provide();
  expect(asked).toHaveLength(2);
});

it.each([
  [401, { error: 'invalid_client', error_description: 'hunter2' }, 'refuses the client (401 invalid_client)'],
  [400, { error: 'invalid_scope' }, 'refuses the client (400 invalid_scope)'],
  [403, '<html>hunter2</html>', 'refuses the client (403)'],
  [400, { error: 'Secret hunter2 is wrong' }, 'refuses the client (400)'],
])(
  'a refusal (%i %j) is told with its code, ends the try, and repeats nothing that was sent',
  async (status, answer, what) => {
    const { tokenUrl } = await tokenServer([[status, answer]]);
    const error = await createOAuthTokenProvider(client(tokenUrl))().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ errorClass: 'auth', code: 'kafka-token-refused' });
    expect((error as Error).message).toContain(what);
    expect((error as Error).message).toContain(tokenUrl);
    expect((error as Error).message).not.toContain('hunter2');
  },
);

it.each([
  [200, '<html>login</html>'],
  [200, 'null'],
  [200, { token: 't' }],
  [200, { access_token: '' }],
  [302, ''],
  [429, {}],
  [500, { error: 'server_error' }],
])('an answer that holds no token (%i %j) is tried again', async (status, answer) => {
  const { tokenUrl } = await tokenServer([[status, answer]]);
  await expect(createOAuthTokenProvider(client(tokenUrl))()).rejects.toMatchObject({
    errorClass: 'transient',
    code: 'kafka-token-unavailable',
  });
});

it.each([
  ['never begins', () => undefined],
  ['stops midway', ((_, response) => void response.writeHead(200).write('{"access_token":')) as RequestListener],
])('an answer that %s ends with the deadline', async (_, listener: RequestListener) => {
  const server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  cleanUps.push(() => {
    server.closeAllConnections();
    return once(server.close(), 'close');
  });
  const tokenUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
  const provide = createOAuthTokenProvider(client(tokenUrl), { deadlineMs: 50 });
  await expect(provide()).rejects.toMatchObject({ code: 'kafka-token-unavailable' });
});

it('a server with a certificate of an authority of its own is trusted only when that is given', async () => {
  const authority = createCertificate({ commonName: 'authority' });
  const { tokenUrl } = await tokenServer([token('t')], createCertificate({ commonName: 'server', issuer: authority }));
  await expect(createOAuthTokenProvider(client(tokenUrl))()).rejects.toMatchObject({
    code: 'kafka-token-unavailable',
    message: expect.stringContaining('UNABLE_TO_VERIFY_LEAF_SIGNATURE') as string,
  });
  expect(await createOAuthTokenProvider(client(tokenUrl, { ca: authority.cert }))()).toEqual({ value: 't' });
});
