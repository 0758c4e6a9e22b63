import { expect, test } from 'vitest';
import type { Acl } from './acls.ts';
import { printAcls, toCommands } from './printAcls.ts';

const asJson = (args: readonly string[] = [], env = {}): Acl[] =>
  JSON.parse(printAcls(['--json', ...args], env)) as Acl[];
const inShort = ({ operation, resource, name, pattern }: Acl): string =>
  `${operation} ${resource} ${name}${pattern === 'prefixed' ? '*' : ''}`;

test('a service that keeps state reads and writes its topic by transactions, one id for each partition', () => {
  const router = asJson().filter(({ service, required }) => service === 'order-router' && required);
  expect(router.map(inShort)).toEqual([
    'Read topic commerce.orders.v1',
    'Read topic commerce.orders.replay.v1',
    'Read topic fulfillment.orders.v1',
    'Write topic fulfillment.links.v1',
    'Write topic order-router.dlq.v1',
    'Write topic fulfillment.orders.v1',
    'Read group order-router',
    'Write transactional-id fulfillment.orders.v1-*',
  ]);
});

test('every name stands under its prefix', () => {
  const acls = asJson(['--shadow'], { TOPIC_PREFIX: 'shop.', GROUP_PREFIX: 'team.' });
  expect(acls.length).toBeGreaterThan(20);
  for (const { resource, name } of acls)
    expect(name.startsWith(resource === 'group' ? 'team.' : 'shop.'), name).toBe(true);
});

test('nobody gets a right on the cluster, and only what services read by transaction is prefixed', () => {
  for (const acl of asJson(['--shadow'])) {
    expect(acl.resource).not.toBe('cluster');
    expect(acl.pattern === 'prefixed').toBe(acl.resource === 'transactional-id');
  }
});

test('two parts of a service that need the same right name it once', () => {
  const acls = asJson(['--shadow']).map((acl) => `${acl.principal} ${inShort(acl)}`);
  expect(new Set(acls).size).toBe(acls.length);
  const shared = asJson(['--shadow']).find(({ name }) => name === 'order-router.dlq.v1');
  expect(shared?.parts).toEqual(['live', 'shadow']);
});

test('shadow mode is left out unless asked for', () => {
  expect(asJson().some(({ name }) => name.includes('shadow'))).toBe(false);
  expect(asJson(['--shadow']).filter(({ name }) => name.includes('shadow'))).toHaveLength(6);
});

test('a principal is made of the service’s name, and must say its type', () => {
  const principals = new Set(asJson(['--principal', 'User:CN={service},O=shop']).map(({ principal }) => principal));
  expect([...principals]).toContain('User:CN=order-router,O=shop');
  expect(() => printAcls(['--principal', '{service}'], {})).toThrow('--principal must begin with its type');
  expect(() => printAcls(['--jsn'], {})).toThrow('--jsn');
});

test('commands quote whatever the names hold, and say what is only recommended', () => {
  const acl: Acl = {
    service: 's',
    parts: ['live'],
    principal: "User:O'Hara $(x)",
    resource: 'transactional-id',
    name: 't-',
    pattern: 'prefixed',
    operation: 'Write',
    required: false,
  };
  expect(toCommands([acl]).split('\n').slice(1)).toEqual([
    '',
    '# s',
    '# recommended, not needed',
    `kafka-acls.sh --bootstrap-server "$KAFKA_BROKERS" --command-config "$ADMIN_PROPERTIES" --add --allow-principal 'User:O'\\''Hara $(x)' --operation Write --transactional-id 't-' --resource-pattern-type prefixed`,
  ]);
});
