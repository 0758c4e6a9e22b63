import { loadSchema, topics } from '@pipeline/schemas';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createCertificate } from '../../../../sandbox/src/broker/testing/certificates.ts';
import { createCodec } from './codec.ts';
import { answerWith, type FakeRegistry, startFakeRegistry } from './fakeRegistry.ts';
import { createRegistryCalls, type RegistryAccess, toAuthorization } from './registryAccess.ts';

const authority = createCertificate({ commonName: 'authority' });
const client = createCertificate({ commonName: 'client', issuer: authority });
const links = topics.fulfillmentLinks;

/** Both ways in which we talk to a registry: the library in the codec, and plain calls. */
const ways: readonly [string, (access: RegistryAccess) => Promise<unknown>][] = [
  ['the codec', (access) => createCodec({ ...access, prefix: '', topics: [links] }).warm()],
  [
    'plain calls',
    async (access) => {
      const { status } = await createRegistryCalls(access, 2_000)('GET', 'schemas/ids/7');
      if (status !== 200) throw new Error(`status ${status}`);
    },
  ],
];

describe.each(ways)('%s', (_, talk) => {
  let registry: FakeRegistry;
  beforeEach(async () => {
    const server = createCertificate({ commonName: 'registry', issuer: authority });
    registry = await startFakeRegistry({ ...server, ca: authority.cert });
    registry.register(`${links.name}-value`, loadSchema(links.name), 7);
  });
  afterEach(() => registry[Symbol.asyncDispose]());

  it('reaches a registry with an authority of its own that asks for a certificate', async () => {
    const registryTls = { ca: authority.cert, cert: client.cert, key: client.key };
    await talk({ registryUrl: registry.url, registryTls });
  });

  it('does not trust that authority unless told to, and is not let in without its certificate', async () => {
    const { cert, key } = client;
    await expect(talk({ registryUrl: registry.url, registryTls: { cert, key } })).rejects.toThrow();
    await expect(talk({ registryUrl: registry.url, registryTls: { ca: authority.cert } })).rejects.toThrow();
    await expect(talk({ registryUrl: registry.url })).rejects.toThrow();
    expect(registry.requests).toEqual([]);
  });

  it.each([
    [{ token: 'abc.def' }, 'Bearer abc.def'],
    [{ username: 'ü', password: 'p:%' }, `Basic ${Buffer.from('ü:p:%').toString('base64')}`],
    [undefined, undefined],
  ])('signs in with %j', async (registryAuth, header) => {
    const seen: unknown[] = [];
    registry.fail((request, response) => {
      seen.push(request.headers.authorization);
      answerWith(500, '{}')(request, response);
    });
    const registryTls = { ca: authority.cert, cert: client.cert, key: client.key };
    await expect(talk({ registryUrl: registry.url, registryTls, registryAuth })).rejects.toThrow();
    expect(seen).toEqual([header]);
    expect(toAuthorization(registryAuth)).toBe(header);
  });
});

it('a call whose answer stops midway ends with its time', async () => {
  await using registry = await startFakeRegistry();
  registry.fail((_, response) => void response.writeHead(200).write('{'));
  await expect(createRegistryCalls({ registryUrl: registry.url }, 50)('GET', 'subjects')).rejects.toThrow(/timeout/i);
});
