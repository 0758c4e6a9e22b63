import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { anOrder } from '@pipeline/fulfillment/testkit';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import type { OrderForCreation } from '../orderForCreation.ts';
import { readTransform } from './readTransform.ts';
import { startTransform, type StartTransformOptions } from './startTransform.ts';

let directory = '';
beforeAll(() => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'transform-'));
});
afterAll(() => rmSync(directory, { recursive: true }));

let files = 0;
function moduleOf(source: string, name = `transform-${++files}.ts`) {
  writeFileSync(path.join(directory, name), source);
  return readTransform(`./${name}`, directory);
}

async function start(source: string, options: StartTransformOptions = {}) {
  const transform = await startTransform(moduleOf(source), options);
  onTestFinished(() => transform[Symbol.asyncDispose]());
  return transform;
}
const order = (tenantOrderId = 'A') => ({ tenantOrderId, customAttributes: {} }) as OrderForCreation;
const context = { commerceOrder: anOrder(), projectKey: 'shop', mappingVersion: '1' };

describe('the shop’s own code', () => {
  test('gets the order and its context, and what it returns comes back', async () => {
    const { run } = await start(`
      import type { Transform } from '@pipeline/provider-fulfillmenttools';
      export const transform: Transform = (order, { commerceOrder, projectKey, mappingVersion }) =>
        ({ ...order, gone: undefined, customAttributes: { id: commerceOrder.id, projectKey, mappingVersion } }) as never;
    `);
    expect(await run(order(), context)).toEqual({
      tenantOrderId: 'A',
      customAttributes: { id: anOrder().id, projectKey: 'shop', mappingVersion: '1' },
    });
  });

  test('cannot change what it was given', async () => {
    const given = order();
    const { run } = await start('export const transform = (order) => { order.tenantOrderId = "B"; return order; }');
    expect(await run(given, context)).toMatchObject({ tenantOrderId: 'B' });
    expect(given.tenantOrderId).toBe('A');
  });

  test('handles one order at a time, each with its own answer', async () => {
    const { run } = await start('export const transform = (order) => order');
    const ids = Array.from({ length: 50 }, (_, at) => String(at));
    const results = await Promise.all(ids.map((id) => run(order(id), context)));
    expect(results.map((each) => (each as OrderForCreation).tenantOrderId)).toEqual(ids);
  });

  test('does not see the environment of the service', async () => {
    vi.stubEnv('CTP_CLIENT_SECRET', 'secret');
    const { run } = await start('export const transform = () => ({ secret: process.env.CTP_CLIENT_SECRET ?? null })');
    expect(await run(order(), context)).toEqual({ secret: null });
  });
});

describe('what it throws', () => {
  const source = `
    class OrderProblem extends Error {}

    export const transform = (order) => {
      if (order.tenantOrderId === 'bad') throw new OrderProblem('ada@example.com');
      if (order.tenantOrderId === 'text') throw 'ada@example.com';
      return order;
    };
  `;

  test('is a permanent error that names the module, the error and its line, and never its words', async () => {
    const { run } = await start(source);
    const failure = run(order('bad'), context);
    await expect(failure).rejects.toMatchObject({ errorClass: 'permanent', code: 'transform-failed', notSent: true });
    await expect(failure).rejects.toThrow(/\.\/transform-\d+\.ts threw OrderProblem at line 5\. Correct/);
    await expect(failure).rejects.not.toThrow(/ada/);
    await expect(run(order('text'), context)).rejects.toThrow(/threw something that is no error\./);
  });

  test('harms no other order', async () => {
    const { run } = await start(source);
    const [bad, good] = await Promise.allSettled([run(order('bad'), context), run(order('good'), context)]);
    expect([bad.status, good.status]).toEqual(['rejected', 'fulfilled']);
  });

  test('is printed for a person who tries it out, with what the code prints', async () => {
    const printed: string[] = [];
    const chatty = source.replace('return order', 'console.log("seen"); return order');
    const { run } = await start(chatty, { print: (text) => void printed.push(text) });
    await run(order('bad'), context).catch(() => undefined);
    await run(order(), context);
    await expect.poll(() => printed.join('')).toMatch(/ada@example\.com[^]*seen/);
  });
});

test.each([
  ['async () => ({})', 'returned a promise'],
  ['() => undefined', 'returned nothing'],
  ['() => ({ n: 1n })', 'threw TypeError'],
])('what returns no order (%s) is a permanent error', async (body, problem) => {
  const { run } = await start(`export const transform = ${body}`);
  await expect(run(order(), context)).rejects.toMatchObject({ code: 'transform-failed', errorClass: 'permanent' });
  await expect(run(order(), context)).rejects.toThrow(problem);
});

describe('code that does not come back', () => {
  test('is stopped, twice, and the next order has a new thread', async () => {
    const { run } = await start(
      `export const transform = (order) => { while (order.tenantOrderId === 'loop'); return order; }`,
      { limitMs: 500 },
    );
    const [loop, good] = await Promise.allSettled([run(order('loop'), context), run(order('good'), context)]);
    expect(loop).toMatchObject({
      status: 'rejected',
      reason: { errorClass: 'permanent', code: 'transform-timeout', notSent: true },
    });
    expect(good).toMatchObject({ status: 'fulfilled', value: { tenantOrderId: 'good' } });
  });

  test('once, as on a machine without a processor to spare, is not seen', async () => {
    const flag = path.join(directory, 'was-here').replaceAll('\\', '/');
    const { run } = await start(
      `import { existsSync, writeFileSync } from 'node:fs';
       export const transform = (order) => {
         const first = !existsSync('${flag}');
         writeFileSync('${flag}', '');
         while (first);
         return order;
       }`,
      { limitMs: 1_000 },
    );
    expect(await run(order(), context)).toMatchObject({ tenantOrderId: 'A' });
  });

  test.each([
    ['ends its process', 'process.exit(0)'],
    ['takes all memory', 'const all = []; for (;;) all.push(new Array(1e5).fill({ order }))'],
  ])('because it %s stops only itself', async (_what, body) => {
    const { run } = await start(
      `export const transform = (order) => { if (order.tenantOrderId === 'bad') { ${body} } return order; }`,
      { limitMs: 30_000 },
    );
    await expect(run(order('bad'), context)).rejects.toMatchObject({ code: 'transform-failed', notSent: true });
    expect(await run(order(), context)).toMatchObject({ tenantOrderId: 'A' });
  });

  test('does not keep orders whose time is over', async () => {
    const { run } = await start('export const transform = (order) => order');
    const failure = run(order(), context, AbortSignal.abort());
    await expect(failure).rejects.toMatchObject({ errorClass: 'transient', code: 'transform-waited', notSent: true });
  });
});

describe('a module that cannot be used is said at the start', () => {
  test.each([
    ['export const transform = ;', 'cannot be loaded: SyntaxError'],
    ['import "./no-such.ts"; export const transform = () => 1', 'cannot be loaded: Error: Cannot find module'],
    ['throw new Error("not today")', 'cannot be loaded: Error: not today'],
    ['export default () => 1', 'exports no function named transform'],
    ['export const transform = 1', 'exports no function named transform'],
    ['await new Promise(() => {})', 'cannot be loaded: it does not come to an end'],
    ['for (;;);', 'cannot be loaded: it does not come to an end'],
  ])('%s', async (source, problem) => {
    const loadMs = problem.includes('come to an end') ? 500 : 30_000;
    await expect(start(source, { loadMs })).rejects.toThrow(problem);
  });

  test.each<readonly [what: string, name: string, source: string, importer: string | null]>([
    ['one that changes', 'changing.ts', 'export const transform = () => { for (;;); }', null],
    [
      'one whose import changes',
      'lib.ts',
      'export const limit = Infinity;',
      'import { limit } from "./lib.ts"; export const transform = () => { for (let n = 0; n < limit; n++); }',
    ],
  ])(
    'and %s while the service runs is never loaded halfway: what needs it waits',
    async (_what, name, source, importer) => {
      const changing = moduleOf(source, name);
      const module = importer === null ? changing : moduleOf(importer);
      const transform = await startTransform(module, { limitMs: 50 });
      onTestFinished(() => transform[Symbol.asyncDispose]());
      moduleOf('export const transform = (order) => order; export const limit = 1;', name);
      const error = { errorClass: 'transient', code: 'transform-unloadable', notSent: true };
      await expect(transform.run(order(), context)).rejects.toMatchObject(error);
      await expect(transform.run(order(), context)).rejects.toThrow('has changed since the start');
    },
  );
});

test('a process that has nothing else to do ends, although its thread is there', async () => {
  const module = moduleOf('export const transform = (order) => { console.log("seen"); return order; }');
  const source = `
    import { startTransform } from ${JSON.stringify(new URL('./startTransform.ts', import.meta.url).href)};
    const { run } = await startTransform(${JSON.stringify(module)});
    console.log(JSON.stringify(await run({ a: 1 }, {})));
  `;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', source], {
    timeout: 50_000,
    cwd: import.meta.dirname,
  });
  expect(stdout).toBe('{"a":1}\n');
});
