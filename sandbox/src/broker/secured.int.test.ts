import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { type Acl, deleteSubjects, withAdmin } from '@pipeline/cli';
import { topics } from '@pipeline/schemas';
import { checkKafkaSecurity, kafkaSettings, loadSettings, toConnections } from '@pipeline/service-kit';
import { checkAccess, createKafka, type KafkaConnection } from '@pipeline/streams/kafka';
import kafkajs, { type AclEntry } from 'kafkajs';
import { afterAll, beforeAll, describe, expect, inject, onTestFinished, test } from 'vitest';
import { createTopicFacts } from '../../../packages/streams/src/kafka/topicFacts.ts';
import { type ServiceName, serviceNames } from '../environment.ts';
import { countOutcome } from '../outcome.ts';
import { placeOrders } from '../placeOrders.ts';
import { type Sandbox, startSandbox } from '../sandbox.ts';
import { testPrefix } from '../testing/testTopics.ts';
import { watchOrders } from '../watchOrders.ts';
import { maven } from './maven.ts';
import { checkKafka } from './ready.ts';
import { createCertificate } from './testing/certificates.ts';
import { type SecuredBroker, startSecuredBroker } from './testing/securedBroker.ts';

const options = { env: process.env, log: () => undefined };
const obstacle = await maven.probe(options, AbortSignal.timeout(20_000)).catch((error: Error) => error.message);

describe.skipIf(obstacle !== undefined)(
  `a broker with TLS, users and ACLs${obstacle ? ` (not here: ${obstacle})` : ''}`,
  () => {
    let broker: SecuredBroker;
    beforeAll(async () => {
      broker = await startSecuredBroker(options, serviceNames);
      return () => broker.stop();
    });

    /** Settings → connection, the way everything of ours goes. */
    function connect(settings: Readonly<Record<string, string>>): KafkaConnection {
      const loaded = loadSettings(kafkaSettings, { SCHEMA_REGISTRY_URL: 'http://none', ...settings });
      expect(checkKafkaSecurity(loaded)).toEqual([]);
      const { brokers, ssl, sasl } = toConnections(loaded);
      return { brokers, ssl, sasl };
    }

    const signedIn = (user: string, mechanism = 'SCRAM-SHA-512') => ({
      KAFKA_BROKERS: broker.sasl,
      KAFKA_SECURITY_PROTOCOL: 'SASL_SSL',
      KAFKA_SSL_CA: broker.authority.cert,
      KAFKA_SASL_MECHANISM: mechanism,
      KAFKA_SASL_USERNAME: user,
      KAFKA_SASL_PASSWORD: broker.passwords[user] ?? '',
    });

    describe('lets in', () => {
      test.each(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512'])('who signs in with %s', async (mechanism) => {
        await checkKafka(connect(signedIn('order-router', mechanism)));
      });

      test('who shows a certificate of the right authority, and nobody else', async () => {
        const { cert, key } = createCertificate({ commonName: 'order-router', issuer: broker.authority });
        const settings = {
          KAFKA_BROKERS: broker.mutual,
          KAFKA_SECURITY_PROTOCOL: 'SSL',
          KAFKA_SSL_CA: broker.authority.cert,
        };
        await checkKafka(connect({ ...settings, KAFKA_SSL_CERT: cert, KAFKA_SSL_KEY: key }));
        await expect(checkKafka(connect(settings))).rejects.toThrow(/certificate/i);
      });

      /** A token endpoint that gives the nth asker the nth answer, the last again and again. */
      async function withTokens(answers: readonly (() => readonly [status: number, answer: object])[]) {
        let asked = 0;
        const server = createServer((request, response) => {
          request.resume();
          const [status, answer] = answers[Math.min(asked++, answers.length - 1)]?.() ?? [500, {}];
          response.writeHead(status).end(JSON.stringify(answer));
        }).listen(0, '127.0.0.1');
        onTestFinished(() => void server.close());
        await once(server, 'listening');
        const { KAFKA_SASL_USERNAME: _, KAFKA_SASL_PASSWORD: __, ...settings } = signedIn('', 'OAUTHBEARER');
        const connection = connect({
          ...settings,
          KAFKA_SASL_OAUTH_TOKEN_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`,
          KAFKA_SASL_OAUTH_CLIENT_ID: 'order-router',
          KAFKA_SASL_OAUTH_CLIENT_SECRET: 'secret',
          KAFKA_SASL_OAUTH_EXTENSIONS: 'team=shop',
        });
        return { connection, asked: () => asked };
      }
      const tokenOf = (lifeSeconds: number, toldSeconds: number) => () =>
        [200, { access_token: broker.tokenFor('order-router', lifeSeconds), expires_in: toldSeconds }] as const;

      test('who brings a token from a token endpoint, also when the session outlives it', async () => {
        // kafkajs signs in again 10 s before a session ends: here after one second.
        const { connection, asked } = await withTokens([tokenOf(11, 1)]);
        await withAdmin(connection, async (admin) => {
          await expect
            .poll(async () => (await admin.describeCluster(), asked()), { timeout: 20_000 })
            .toBeGreaterThan(2);
        });
      });

      test('who gets a token at last; who is refused one is told so at once', async () => {
        const late = await withTokens([() => [503, {}], () => [503, {}], tokenOf(600, 600)]);
        expect(await withAdmin(late.connection, (admin) => admin.listTopics())).toEqual([]);
        expect(late.asked()).toBe(3);

        const refused = await withTokens([() => [401, { error: 'invalid_client' }], tokenOf(600, 600)]);
        await expect(withAdmin(refused.connection, (admin) => admin.listTopics())).rejects.toThrow(
          /refuses the client \(401 invalid_client\)/,
        );
        expect(refused.asked()).toBe(1);
      });

      test('nobody with a wrong password, and nobody who does not trust its authority', async () => {
        const settings = signedIn('order-router');
        await expect(checkKafka(connect({ ...settings, KAFKA_SASL_PASSWORD: 'wrong' }))).rejects.toThrow(
          /invalid credentials/,
        );
        const { KAFKA_SSL_CA: _, ...untrusting } = settings;
        await expect(checkKafka(connect(untrusting))).rejects.toThrow('UNABLE_TO_VERIFY_LEAF_SIGNATURE');
      });
    });

    describe('with exactly the ACLs that are printed as needed', () => {
      let sandbox: Sandbox;
      let prefix: string;
      let acls: AclEntry[];
      let recommended: AclEntry[];
      const admin = () => connect(signedIn('admin'));
      beforeAll(async () => {
        prefix = testPrefix();
        ({ acls, recommended } = await printedAcls(prefix));
        await withAdmin(admin(), (client) => client.createAcls({ acl: acls }));
        const { KAFKA_BROKERS: __, KAFKA_SASL_USERNAME: ___, KAFKA_SASL_PASSWORD: ____, ...shared } = signedIn('admin');
        sandbox = await startSandbox({
          broker: { ...admin(), registryUrl: inject('registryUrl'), settings: shared },
          topicPrefix: prefix,
          log: () => undefined,
          overridesByService: byService((name) => ({
            KAFKA_SASL_USERNAME: name,
            KAFKA_SASL_PASSWORD: broker.passwords[name] ?? '',
          })),
        });
      }, 240_000);
      afterAll(async () => {
        await sandbox?.stop();
        await deleteSubjects({ registryUrl: inject('registryUrl'), prefix });
      });

      const without = async (missing: AclEntry, use: () => Promise<void>): Promise<void> => {
        await withAdmin(admin(), (client) => client.deleteAcls({ filters: [missing] }));
        await use().finally(() => withAdmin(admin(), (client) => client.createAcls({ acl: [missing] })));
      };

      const aclOf = (service: ServiceName, type: number, name: string): AclEntry => {
        const found = acls.find(
          ({ principal, resourceType, resourceName }) =>
            principal === `User:${service}` && resourceType === type && resourceName === `${prefix}${name}`,
        );
        if (!found) throw new Error(`${service} has no ACL on ${name}`);
        return found;
      };

      test('four users take orders from end to end', async () => {
        const placed = await placeOrders(sandbox, { count: 4, perSecond: 20, run: 'ACL' });
        const ids = new Set(placed.map(({ id }) => id));
        await watchOrders(sandbox, { ids, timeoutMs: 60_000, onChange: () => undefined });
        expect(await countOutcome(sandbox, ids)).toMatchObject({
          orders: 4,
          fftOrders: 4,
          duplicates: 0,
          deadLetters: 0,
        });
      });

      test('every right on a topic or group of which it has no other is missed by name', async () => {
        const router = createKafka({ clientId: 'test', ...connect(signedIn('order-router')) });
        const deployed = (name: string) => `${prefix}${name}`;
        const reads = [topics.commerceOrders.name].map(deployed);
        const writes = [topics.fulfillmentLinks.name, 'order-router.dlq.v1'].map(deployed);
        const group = deployed('order-router');
        const check = () => checkAccess(router, { reads, writes, group });
        await check();
        const { TOPIC, GROUP } = kafkajs.AclResourceTypes;
        for (const [type, name, right] of [
          [TOPIC, topics.commerceOrders.name, 'Read on topic'],
          [TOPIC, topics.fulfillmentLinks.name, 'Write on topic'],
          [TOPIC, 'order-router.dlq.v1', 'Write on topic'],
          [GROUP, 'order-router', 'Read on group'],
        ] as const) {
          await without(aclOf('order-router', type, name), async () => {
            await expect
              .poll(() => check().catch((error: Error) => error.message), { timeout: 10_000 })
              .toContain(`what it needs: ${right} ${deployed(name)}`);
          });
        }
        await expect(checkAccess(router, { reads: [deployed('missing')], writes: [] })).rejects.toMatchObject({
          code: 'access-missing',
        });
      });

      test('whether a state topic is compacted is seen with the recommended right only, and nothing fails without', async () => {
        const facts = createTopicFacts(createKafka({ clientId: 'test', ...connect(signedIn('order-router')) }));
        onTestFinished(() => facts.close());
        const ledger = `${prefix}${topics.fulfillmentOrders.name}`;
        expect(await facts.setting(ledger, 'cleanup.policy')).toBeUndefined();
        await withAdmin(admin(), (client) => client.createAcls({ acl: recommended }));
        await expect.poll(() => facts.setting(ledger, 'cleanup.policy'), { timeout: 10_000 }).toBe('compact');
      });

      test('a service that lacks one says which, and works as soon as it is granted', {
        timeout: 180_000,
      }, async () => {
        const { GROUP, TRANSACTIONAL_ID } = kafkajs.AclResourceTypes;
        const transactions = aclOf('order-router', TRANSACTIONAL_ID, 'fulfillment.orders.v1-');
        const group = aclOf('status-writer', GROUP, 'status-writer');
        let started: Promise<unknown> = Promise.resolve();
        await without(transactions, () =>
          without(group, async () => {
            // Ready only when the rights are back.
            started = Promise.all([sandbox.restartWith('order-router', {}), sandbox.restartWith('status-writer', {})]);
            started.catch(() => undefined);
            await untilNotReady(
              'order-router',
              `Write on transactional ids that begin with ${transactions.resourceName}`,
            );
            await untilNotReady('status-writer', `Read on group ${group.resourceName}`);
          }),
        );
        await started;
      });

      const untilNotReady = async (name: ServiceName, reason: string): Promise<void> => {
        const { ops } = sandbox.addresses.ports[name];
        const reasons = () =>
          fetch(`http://127.0.0.1:${ops}/readyz`).then(
            (response) => response.text(),
            () => 'not there yet',
          );
        await expect.poll(reasons, { timeout: 30_000 }).toContain(reason);
      };
    });
  },
);

/** What `npm run setup -- --print-acls --json` prints, as kafkajs has it. */
async function printedAcls(prefix: string): Promise<{ acls: AclEntry[]; recommended: AclEntry[] }> {
  const main = fileURLToPath(new URL('../../../packages/cli/src/setUp.main.ts', import.meta.url));
  const env = { PATH: process.env['PATH'], TOPIC_PREFIX: prefix, GROUP_PREFIX: prefix };
  const { stdout } = await promisify(execFile)(process.execPath, [main, '--print-acls', '--json'], { env });
  const printed = JSON.parse(stdout) as Acl[];
  const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs;
  const operations = {
    Read: AclOperationTypes.READ,
    Write: AclOperationTypes.WRITE,
    DescribeConfigs: AclOperationTypes.DESCRIBE_CONFIGS,
  };
  const resources = {
    topic: AclResourceTypes.TOPIC,
    group: AclResourceTypes.GROUP,
    'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
  };
  const toEntry = ({ principal, resource, name, pattern, operation }: Acl): AclEntry => ({
    principal,
    host: '*',
    permissionType: AclPermissionTypes.ALLOW,
    operation: operations[operation],
    resourceType: resources[resource],
    resourceName: name,
    resourcePatternType: pattern === 'prefixed' ? ResourcePatternTypes.PREFIXED : ResourcePatternTypes.LITERAL,
  });
  return {
    acls: printed.filter(({ required }) => required).map(toEntry),
    recommended: printed.filter(({ required }) => !required).map(toEntry),
  };
}

const byService = <Value>(make: (name: ServiceName) => Value): Record<ServiceName, Value> =>
  Object.fromEntries(serviceNames.map((name) => [name, make(name)])) as Record<ServiceName, Value>;
