import { createHmac, generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { PipelineError } from '@pipeline/streams';
import { exportJWK, type JWTPayload, SignJWT } from 'jose';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { startVendorServer, type VendorServer } from '../testing/vendorServer.ts';
import { createKeySet, type KeySetOptions } from './keySet.ts';
import { createTokenCheck } from './tokenCheck.ts';

const audience = 'https://landing.example/commercetools/pubsub';
const serviceAccount = 'push@project.iam.gserviceaccount.com';
const google = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const next = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const NOON = Date.parse('2026-11-22T12:00:00Z');

let vendor: VendorServer | undefined;
afterEach(async () => {
  await vendor?.close();
  vendor = undefined;
});

const jwks = async (keys: Record<string, KeyObject>): Promise<string> =>
  JSON.stringify({
    keys: await Promise.all(
      Object.entries(keys).map(async ([kid, key]) => ({ ...(await exportJWK(key)), kid, alg: 'RS256', use: 'sig' })),
    ),
  });

async function start(options: Partial<KeySetOptions> = {}) {
  const clock = { ms: 0 };
  const one = await jwks({ one: google.publicKey });
  const running = await startVendorServer(() => one);
  vendor = running;
  const fetched: boolean[] = [];
  const keys = createKeySet({
    url: `${running.origin}/certs`,
    now: () => clock.ms,
    onFetched: (error) => void fetched.push(error === undefined),
    timeoutMs: 10_000,
    ...options,
  });
  const judge = createTokenCheck({ keys, audience, serviceAccount, now: () => NOON + clock.ms });
  const check = async (header: string | undefined) => {
    const admission = await judge(header);
    return typeof admission === 'string' ? admission : admission.reason;
  };
  const why = async (header: string | undefined) => {
    const admission = await judge(header);
    return typeof admission === 'string' ? admission : (admission.error as PipelineError);
  };
  return {
    why,
    check,
    vendor: running,
    clock,
    fetched,
  };
}

interface Draft {
  readonly claims?: JWTPayload;
  readonly kid?: string;
  readonly key?: KeyObject;
  readonly alg?: string;
}

const claims = {
  iss: 'https://accounts.google.com',
  aud: audience,
  email: serviceAccount,
  email_verified: true,
  sub: '1137',
  iat: NOON / 1_000 - 10,
  exp: NOON / 1_000 + 3_600,
};

async function bearer({ claims: over = {}, kid = 'one', key = google.privateKey, alg = 'RS256' }: Draft = {}) {
  const payload = Object.fromEntries(Object.entries({ ...claims, ...over }).filter(([, value]) => value !== undefined));
  return `Bearer ${await new SignJWT(payload).setProtectedHeader({ alg, kid, typ: 'JWT' }).sign(key)}`;
}

const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

describe('a token of Google for this endpoint', () => {
  test.each(['https://accounts.google.com', 'accounts.google.com'])('is admitted, issued by %s', async (iss) => {
    const { check } = await start();
    expect(await check(await bearer({ claims: { iss } }))).toBe('admitted');
  });

  test('is admitted a little before and after its time, as clocks differ', async () => {
    const { check } = await start();
    expect(await check(await bearer({ claims: { exp: NOON / 1_000 - 20 } }))).toBe('admitted');
    expect(await check(await bearer({ claims: { nbf: NOON / 1_000 + 20 } }))).toBe('admitted');
  });

  test('is checked with a key once, and is refused again once it has expired', async () => {
    const { check, clock, vendor } = await start();
    const token = await bearer();
    expect(await check(token)).toBe('admitted');
    vendor.answer = () => 500;
    clock.ms = 3_599_000;
    expect(await check(token)).toBe('admitted');
    clock.ms = 3_631_000;
    expect(await check(token)).toBe('unauthorized');
  });
});

describe('every other token is refused', () => {
  test.each<[string, Draft]>([
    ['another audience', { claims: { aud: 'https://other.example' } }],
    ['no audience', { claims: { aud: undefined } as unknown as JWTPayload }],
    ['the audience with a slash', { claims: { aud: `${audience}/` } }],
    ['another service account', { claims: { email: 'other@project.iam.gserviceaccount.com' } }],
    ['no e-mail', { claims: { email: undefined } }],
    ['an e-mail that is not verified', { claims: { email_verified: false } }],
    ['an e-mail that is verified as a text', { claims: { email_verified: 'true' } }],
    ['another issuer', { claims: { iss: 'https://accounts.google.com.evil.example' } }],
    ['no issuer', { claims: { iss: undefined } as unknown as JWTPayload }],
    ['an expiry that has passed', { claims: { exp: NOON / 1_000 - 40 } }],
    ['no expiry', { claims: { exp: undefined } as unknown as JWTPayload }],
    ['a beginning that is to come', { claims: { nbf: NOON / 1_000 + 40 } }],
    ['a signature by another key', { key: next.privateKey }],
    ['a key that the issuer does not have', { kid: 'unknown', key: next.privateKey }],
    ['another algorithm of the same key', { alg: 'PS256' }],
  ])('with %s', async (_what, draft) => {
    const { check } = await start();
    expect(await check(await bearer(draft))).toBe('unauthorized');
  });

  test.each<[string, Draft | string | undefined]>([
    ['oidc-missing', undefined],
    ['oidc-missing', 'Basic abc'],
    ['oidc-malformed', 'Bearer a.b.c'],
    ['oidc-audience', { claims: { aud: 'https://other.example' } }],
    ['oidc-issuer', { claims: { iss: 'https://other.example' } }],
    ['oidc-service-account', { claims: { email: 'ada@example.org' } }],
    ['oidc-service-account', { claims: { email: undefined } }],
    ['oidc-time', { claims: { exp: NOON / 1_000 - 40 } }],
    ['oidc-time', { claims: { nbf: NOON / 1_000 + 40 } }],
    ['oidc-claims', { claims: { iat: 'x' } as unknown as JWTPayload }],
    ['oidc-signature', { key: next.privateKey }],
    ['oidc-key-unknown', { kid: 'unknown', key: next.privateKey }],
    ['oidc-algorithm', { alg: 'PS256' }],
  ])('for the log because of %s, which says nothing of the token', async (code, draft) => {
    const { why } = await start();
    const error = await why(typeof draft === 'object' ? await bearer(draft) : draft);
    expect(error).toMatchObject({ name: 'PipelineError', code });
    expect(JSON.stringify(error) + String(error)).not.toMatch(/ada@|other\.example|Bearer \w|eyJ/);
  });

  test('with algorithm none', async () => {
    const { check } = await start();
    for (const alg of ['none', 'None', ''])
      expect(await check(`Bearer ${part({ alg, kid: 'one' })}.${part(claims)}.`)).toBe('unauthorized');
  });

  test('with an HMAC keyed with the public key', async () => {
    const { check } = await start();
    const text = `${part({ alg: 'HS256', kid: 'one' })}.${part(claims)}`;
    const secret = google.publicKey.export({ type: 'spki', format: 'pem' });
    const signature = createHmac('sha256', secret).update(text).digest('base64url');
    expect(await check(`Bearer ${text}.${signature}`)).toBe('unauthorized');
  });

  test('with another algorithm, also when the issuer does not say what its key is for', async () => {
    const { check, vendor } = await start();
    vendor.answer = () => JSON.stringify({ keys: [{ ...google.publicKey.export({ format: 'jwk' }), kid: 'one' }] });
    for (const alg of ['PS256', 'RS512'])
      expect([alg, await check(await bearer({ alg }))]).toEqual([alg, 'unauthorized']);
    expect(await check(await bearer())).toBe('admitted');
  });

  test('that brings its own key', async () => {
    const { check, vendor } = await start();
    const jwk = await exportJWK(next.publicKey);
    const header = { alg: 'RS256', kid: 'one', jwk, jku: `${vendor.origin}/mine` };
    const token = await new SignJWT(claims).setProtectedHeader(header).sign(next.privateKey);
    expect(await check(`Bearer ${token}`)).toBe('unauthorized');
    expect(vendor.requests).toEqual(['/certs']);
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer x',
    'Bearer a.b.c',
    'Bearer ..',
    'Basic abc',
    `Bearer ${'.'.repeat(9_000)}`,
  ])('that is none: %s', async (header) => {
    const { check, vendor } = await start();
    expect(await check(header)).toBe('unauthorized');
    expect(vendor.requests.length).toBeLessThanOrEqual(1);
  });

  test('with one character changed anywhere', async () => {
    const { check } = await start();
    const token = await bearer();
    for (let index = 7; index < token.length - 1; index += 37) {
      const changed = `${token.slice(0, index)}${token[index] === 'A' ? 'B' : 'A'}${token.slice(index + 1)}`;
      expect([index, await check(changed)]).toEqual([index, 'unauthorized']);
    }
  });
});

describe('the keys of the issuer', () => {
  test('are fetched once for requests that come together', async () => {
    const { check, vendor } = await start();
    const tokens = await Promise.all([0, 1, 2, 3].map((sub) => bearer({ claims: { sub: String(sub) } })));
    expect(await Promise.all(tokens.map((token) => check(token)))).toEqual(Array(4).fill('admitted'));
    expect(vendor.requests).toEqual(['/certs']);
  });

  test.each([
    ['an error', 500],
    ['a redirect', 302],
    ['no JSON', 'oops'],
    ['no key set', '{"keys":7}'],
    ['more than it may be', JSON.stringify({ keys: [], filler: 'x'.repeat(300_000) })],
  ])('that cannot be had, for %s, leave it open who sent it, until they can be had', async (_what, content) => {
    const { check, vendor, clock, fetched } = await start();
    const good = vendor.answer;
    vendor.answer = () => content;
    const token = await bearer();
    expect(await check(token)).toBe('keys-unavailable');
    expect(await check(token)).toBe('keys-unavailable');
    expect(vendor.requests).toEqual(['/certs']);
    vendor.answer = good;
    clock.ms = 5_000;
    expect(await check(token)).toBe('admitted');
    expect(fetched).toEqual([false, true]);
  });

  test('are not waited for without end', async () => {
    const { check, vendor } = await start({ timeoutMs: 30 });
    vendor.answer = () => undefined;
    expect(await check(await bearer())).toBe('keys-unavailable');
  });

  test('serve while the endpoint is down, for a day', async () => {
    const { check, vendor, clock } = await start();
    expect(await check(await bearer())).toBe('admitted');
    await vendor.close();
    clock.ms = 23 * 3_600_000;
    const late = { claims: { exp: NOON / 1_000 + 90_000 } };
    expect(await check(await bearer(late))).toBe('admitted');
    expect(await check(await bearer({ ...late, key: next.privateKey }))).toBe('unauthorized');
    clock.ms = 24 * 3_600_000 + 60_000;
    expect(await check(await bearer({ claims: { ...late.claims, sub: '2' } }))).toBe('keys-unavailable');
  });

  test('are waited for by 512 requests at most, and who is known does not wait', async () => {
    const { check, vendor, clock } = await start();
    const known = await bearer();
    expect(await check(known)).toBe('admitted');
    vendor.answer = () => undefined;
    clock.ms = 60_000;
    const unknown = await bearer({ kid: 'unknown', key: next.privateKey });
    const waiting = Array.from({ length: 600 }, () => check(unknown));
    await vi.waitFor(() => expect(vendor.requests).toHaveLength(2));
    expect(await check(unknown)).toBe('keys-unavailable');
    expect(await check(known)).toBe('admitted');
    const settled = waiting.map(async (each) => Promise.race([each, Promise.resolve('waits')]));
    const waits = (await Promise.all(settled)).filter((each) => each === 'waits');
    expect(waits).toHaveLength(512);
    await vendor.close();
    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['keys-unavailable']));
    expect(await check(known)).toBe('admitted');
  });

  test('are renewed beside their use when they are old', async () => {
    const { check, vendor, clock, fetched } = await start();
    await check(await bearer());
    clock.ms = 2 * 3_600_000;
    const late = { exp: NOON / 1_000 + 90_000 };
    expect(await check(await bearer({ claims: late }))).toBe('admitted');
    await vi.waitFor(() => expect(fetched).toEqual([true, true]));
    expect(vendor.requests).toHaveLength(2);
  });

  test('are fetched again for a new key, and not more often than the cool-down allows', async () => {
    const { check, vendor, clock } = await start();
    await check(await bearer());
    const both = await jwks({ one: google.publicKey, two: next.publicKey });
    vendor.answer = () => both;
    const changed = await bearer({ kid: 'two', key: next.privateKey });
    expect(await check(changed)).toBe('unauthorized');
    clock.ms = 30_000;
    expect(await check(changed)).toBe('admitted');
    for (let index = 0; index < 20; index += 1)
      expect(await check(await bearer({ kid: `made-up-${index}`, key: next.privateKey }))).toBe('unauthorized');
    expect(vendor.requests).toHaveLength(2);
  });

  test('that may be new and cannot be fetched leave it open who sent it', async () => {
    const { check, vendor, clock } = await start();
    await check(await bearer());
    vendor.answer = () => 500;
    clock.ms = 30_000;
    const changed = await bearer({ kid: 'two', key: next.privateKey });
    expect(await check(changed)).toBe('keys-unavailable');
    expect(await check(changed)).toBe('keys-unavailable');
    expect(await check(await bearer({ claims: { sub: '2' } }))).toBe('admitted');
    expect(vendor.requests).toHaveLength(2);
  });
});
