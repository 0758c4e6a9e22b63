import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ops } from '../ops.ts';
import { commercetoolsOrder as order, euros } from './testing/order.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'ops-map-'));
});
afterAll(() => {
  rmSync(directory, { recursive: true });
});

function fileOf(name: string, content: unknown): string {
  const file = path.join(directory, name);
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function run(args: readonly string[], env: Record<string, string> = {}) {
  const out: string[] = [];
  const err: string[] = [];
  const code = await ops(args, env, { out: (line) => void out.push(line), err: (line) => void err.push(line) });
  return { code, out: out.join('\n'), err: err.join('\n') };
}
const asJson = async (args: readonly string[], env: Record<string, string> = {}) =>
  JSON.parse((await run([...args, '--json'], env)).out) as {
    version: string;
    order: Record<string, unknown> | null;
    problem: { code: string } | null;
    notes: { kind: string; field: string; text: string }[];
  };

const versionIn = (out: string) => out.match(/^Mapping (.*)$/m)?.[1];

describe('ops map', () => {
  test('prints what the order becomes, why, and which mapping it is, without Kafka', async () => {
    const file = fileOf('order.json', order());
    const { code, out } = await run(['map', file, '--method', 'dhl'], { SHIP_FROM_STORE_METHODS: 'dhl' });
    expect(code).toBe(0);
    expect(out).toContain('"tenantOrderId": "4711"');
    expect(out).toContain('deliveryPreferences: Shipping method dhl is shipped.');
    expect(out).toMatch(/^Mapping 1-[0-9a-f]{8}$/m);
    const other = await run(['map', file, '--method', 'dhl'], { SHIP_FROM_STORE_METHODS: 'dhl,ups' });
    expect(versionIn(other.out)).not.toBe(versionIn(out));
  });

  test('prints each order that an order with several targets becomes', async () => {
    const address = (key: string) => ({ ...order().shippingAddress, key });
    const [line] = order().lineItems;
    const targets = ['home', 'work'].map((addressKey) => ({ addressKey, quantity: 1 }));
    const file = fileOf(
      'several.json',
      order({
        shippingAddress: address('home'),
        itemShippingAddresses: [{ ...address('work'), city: 'Potsdam' }],
        lineItems: [{ ...line, quantity: 2, shippingDetails: { targets, valid: true } }],
      }),
    );
    const { code, out } = await run(['map', file, '--method', 'dhl'], { SHIP_FROM_STORE_METHODS: 'dhl' });
    expect(code).toBe(0);
    for (const expected of ['Target home', '"tenantOrderId": "4711-home"', 'Target work', '"city": "Potsdam"'])
      expect(out).toContain(expected);
    const report = JSON.parse(
      (await run(['map', file, '--method', 'dhl', '--json'], { SHIP_FROM_STORE_METHODS: 'dhl' })).out,
    ) as unknown;
    expect(report).toMatchObject({
      targets: [
        { target: 'home', order: {} },
        { target: 'work', order: {} },
      ],
    });
  });

  test('names the reason why an order cannot be sent, and fails', async () => {
    const file = fileOf('order.json', order());
    const { code, out } = await run(['map', file, '--method', 'drone'], { SHIP_FROM_STORE_METHODS: 'dhl' });
    expect(code).toBe(1);
    expect(out).toContain('It cannot be sent: shipping-method-unknown.');
    const broken = fileOf('broken.json', order({ shippingAddress: { country: 'DE' } }));
    expect(await asJson(['map', broken], { UNKNOWN_SHIPPING_METHOD: 'shipping' })).toMatchObject({
      order: null,
      problem: { code: 'mapping-address-incomplete' },
    });
  });

  test('takes an order out of a message, and a pipeline.yaml', async () => {
    const file = fileOf('message.json', { type: 'OrderCreated', order: order({ customLineItems: [] }) });
    const config = fileOf(
      'pipeline.yaml',
      'version: 1\nshipping: { unknownMethod: hold }\nmapping: { pricing: true }\n',
    );
    const { version, order: body, notes } = await asJson(['map', file, '--config', config]);
    expect(version).toMatch(/^1-[0-9a-f]{8}$/);
    expect(body).toMatchObject({
      status: 'LOCKED',
      pricing: { fees: [{ value: { value: 495 } }] },
      customAttributes: { commercetoolsMappingVersion: version },
    });
    expect(notes.map(({ field }) => field)).toContain('status');
    expect(await asJson(['map', file], { PIPELINE_CONFIG: config })).toMatchObject({ version });
  });

  test('prints the order locked in a payment state in which order-router places orders locked', async () => {
    const env = { UNKNOWN_SHIPPING_METHOD: 'shipping', PLACEMENT_HOLD_LOCK: 'Pending,Failed' };
    const of = (paymentState: string) => fileOf(`${paymentState}.json`, order({ paymentState }));
    const held = await asJson(['map', of('Pending')], env);
    expect(held.order).toMatchObject({ status: 'LOCKED' });
    expect(held.notes).toContainEqual(
      expect.objectContaining({ field: 'status', text: expect.stringContaining('held') }),
    );
    expect((await asJson(['map', of('Paid')], env)).order).not.toHaveProperty('status');
    expect((await asJson(['map', of('Paid'), '--held'], env)).order).toMatchObject({ status: 'LOCKED' });
  });

  test('says that order-router does not place the order yet', async () => {
    const env = { UNKNOWN_SHIPPING_METHOD: 'shipping', PLACEMENT_HOLD_WAIT: 'Pending' };
    const { code, out } = await run(['map', fileOf('waits.json', order({ paymentState: 'Pending' }))], env);
    expect([code, out]).toEqual([0, expect.stringContaining('status: Nothing is placed in this payment state yet')]);
    expect(out).not.toContain('LOCKED');
  });

  test('runs the shop’s own code, says what it changed, and prints what it throws', async () => {
    fileOf(
      'own.ts',
      `export const transform = (order) => {
        if (order.tenantOrderId === 'bad') throw new Error('not this one');
        return { ...order, tags: [{ id: 'own', value: 'x' }] };
      }`,
    );
    const config = fileOf('own.yaml', 'version: 1\nshipping: { unknownMethod: shipping }\ntransform: ./own.ts\n');
    const good = await run(['map', fileOf('order.json', order()), '--config', config]);
    expect([good.code, good.out.includes('tags: Changed by ./own.ts.')]).toEqual([0, true]);
    const bad = await run(['map', fileOf('bad.json', order({ orderNumber: 'bad' })), '--config', config]);
    expect([bad.code, bad.out]).toEqual([1, expect.stringContaining('./own.ts threw Error at line 2')]);
    expect(bad.err).toContain('not this one');
    await expect(
      run(['config', 'check', fileOf('broken.yaml', `version: 1\ntransform: ${fileOf('broken.ts', '!')}\n`)]),
    ).rejects.toThrow('cannot be loaded: SyntaxError');
  });

  test('says which keys the file lacks, and how to have them', async () => {
    const [line] = order().lineItems;
    const lineItems = [{ ...line, supplyChannel: { typeId: 'channel', id: 'c1' } }];
    const custom = { type: { typeId: 'type', id: 't' }, fields: { store: { typeId: 'channel', id: 'c1' } } };
    const env = { UNKNOWN_SHIPPING_METHOD: 'shipping', COLLECT_FACILITY_FIELD: 'store' };
    const plain = fileOf('plain.json', order({ lineItems, custom }));
    const { notes } = await asJson(['map', plain], env);
    const lacking = notes.filter(({ text }) => text.includes('`map 0c8f4f3e-1111-4222-8333-9a6ce1000001`'));
    expect(lacking.map(({ kind, field }) => [kind, field])).toEqual([
      ['warning', 'shippingMethod'],
      ['warning', 'lineItems.supplyChannel'],
      ['warning', 'custom.fields.store'],
    ]);
    expect(lacking[0]?.text).toContain('--method');
    const { out } = await run(['map', plain, '--method', 'dhl'], env);
    expect(out).not.toContain('  shippingMethod:');
    const expanded = fileOf(
      'expanded.json',
      order({
        shippingInfo: {
          ...order().shippingInfo,
          shippingMethod: { typeId: 'shipping-method', id: 'm1', obj: { key: 'dhl' } },
        },
      }),
    );
    expect((await asJson(['map', expanded], env)).notes.filter(({ kind }) => kind === 'warning')).toEqual([]);
  });

  test('says what is left out', async () => {
    const customLineItems = [{ slug: 'wrap', name: {}, quantity: 1, money: euros(1) }];
    const file = fileOf('order.json', order({ customLineItems }));
    const { out } = await run(['map', file], { UNKNOWN_SHIPPING_METHOD: 'shipping' });
    expect(out).toContain('Left out\n  customServices: Custom line item wrap');
  });

  test.each([
    ['{', 'is no JSON'],
    ['{"a":1}', 'holds no order of commercetools'],
    [order({ createdAt: 'yesterday' }), 'cannot be read as an order of commercetools'],
  ])('says what is wrong with a file (%#)', async (content, problem) => {
    await expect(run(['map', fileOf('bad.json', content)])).rejects.toThrow(problem);
  });

  test('says that a file is not there', async () => {
    await expect(run(['map', '/nowhere/order.json'])).rejects.toThrow('cannot be read (ENOENT)');
  });

  test.each([['map'], ['map a b'], ['config check'], ['config schema x'], ['config'], ['map a --nope']])(
    'refuses `%s`, and names the help',
    async (line) => {
      const { code, out, err } = await run(line.split(' '));
      expect([code, out]).toEqual([2, '']);
      expect(err).toMatch(/^[^\n]+\nAll commands and their arguments: npm run ops -- --help$/);
    },
  );
});

describe('ops config', () => {
  test('check says that a file is valid, or all that is wrong with it', async () => {
    const good = fileOf('good.yaml', 'version: 1\n');
    expect((await run(['config', 'check', good])).out).toMatch(/is valid: mapping 1-/);
    const bad = fileOf('bad.yaml', 'version: 2\ntags:\n  shop: x\n');
    await expect(run(['config', 'check', bad])).rejects.toThrow(/cannot be used:\n- line \d: .*\n- line \d: /);
  });

  test('schema prints the JSON Schema for editors', async () => {
    const { out } = await run(['config', 'schema']);
    expect(JSON.parse(out)).toMatchObject({ title: 'pipeline.yaml', additionalProperties: false });
  });
});
