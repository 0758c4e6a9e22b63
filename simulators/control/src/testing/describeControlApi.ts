import { expect, test } from 'vitest';

export interface SimulatorUnderTest {
  readonly startSimulator: () => Promise<AsyncDisposable & { readonly url: string }>;
  /** A route that needs a token, and two paths of it. */
  readonly template: string;
  readonly paths: readonly [string, string];
  readonly otherPath: string;
}

/** The control API as every simulator has it. */
export function describeControlApi({ startSimulator, template, paths, otherPath }: SimulatorUnderTest): void {
  async function start() {
    const simulator = await startSimulator();
    const send = async (
      method: string,
      path: string,
      init: { body?: string; headers?: Record<string, string> } = {},
    ) => {
      const response = await fetch(`${simulator.url}${path}`, { method, ...init });
      const text = await response.text();
      return {
        status: response.status,
        text,
        body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text,
      };
    };
    await send('POST', '/_sim/reset');
    return {
      send,
      post: (path: string, body: unknown) => send('POST', `/_sim${path}`, { body: JSON.stringify(body) }),
      get: async (path: string) => (await send('GET', `/_sim${path}`)).body,
      [Symbol.asyncDispose]: () => simulator[Symbol.asyncDispose](),
    };
  }

  test('a fault is taken with its defaults, listed with how often it struck, and removed', async () => {
    await using sim = await start();
    const added = await sim.post('/faults', { method: 'get', route: template, status: 503, count: 1 });
    const fault = { id: expect.any(String), method: 'get', route: template, status: 503, count: 1, when: 'before' };
    expect(added).toMatchObject({ status: 201, body: { ...fault, struck: 0 } });
    await sim.post('/faults', { path: otherPath, status: 500 });
    const statuses = [];
    for (const path of [paths[0], paths[1], otherPath, otherPath]) statuses.push((await sim.send('GET', path)).status);
    expect(statuses).toEqual([503, 401, 500, 500]);
    expect(await sim.get('/faults')).toEqual([
      { ...fault, struck: 1 },
      { id: expect.any(String), route: otherPath, status: 500, when: 'before', struck: 2 },
    ]);
    expect(await sim.send('DELETE', '/_sim/faults')).toMatchObject({ status: 204, text: '' });
    expect(await sim.get('/faults')).toEqual([]);
    expect((await sim.send('GET', otherPath)).status).toBe(401);
  });

  test.for([
    [{ stauts: 503, rout: '/a' }, "A fault has no member 'stauts', 'rout'. Known: method, route, path, status,"],
    [{ status: 42 }, "A fault's 'status' is 42, but must be a whole number from 200 to 599."],
    [{ status: '503' }, "A fault's 'status' is \"503\", but must be a whole number from 200 to 599."],
    [{ status: 503, method: 'GTE' }, "A fault's 'method' is \"GTE\""],
    [{ status: 503, route: 'api/orders' }, "A fault's 'route' is \"api/orders\", but must be a path without query"],
    [{ status: 503, path: '/a?b=1' }, "A fault's 'path' is"],
    [{ status: 503, route: '/a', path: '/a' }, "'route' and 'path' mean the same"],
    [{ status: 503, when: 'later' }, "A fault's 'when' is \"later\", but must be before, after or late."],
    [{ action: 'explode' }, "A fault's 'action' is \"explode\", but must be reset or cutBody."],
    [{ status: 503, probability: 1.5 }, "A fault's 'probability' is 1.5, but must be a number from 0 to 1."],
    [{ status: 503, count: 0 }, "A fault's 'count' is 0"],
    [{ status: 503, count: null }, "A fault's 'count' is null"],
    [{ status: 503, headers: { 'a b': 'c' } }, "A fault's 'headers' is"],
    [{ status: 503, headers: { a: 'b\r\nc: d' } }, "A fault's 'headers' is"],
    [{ delayMs: 1, headers: { a: 'b' } }, "A fault's 'headers' go with"],
    [{ route: '/a', when: 'after' }, 'A fault needs one of'],
    [[], 'The body must be a fault as a JSON object.'],
    [null, 'The body must be a fault as a JSON object.'],
  ])('the fault %j is refused: %s', async ([fault, message]) => {
    await using sim = await start();
    const { status, body } = await sim.post('/faults', fault);
    expect([status, Object.keys(body)]).toEqual([400, ['message']]);
    expect(body.message).toContain(message);
    expect(await sim.get('/faults')).toEqual([]);
  });

  test('the history has the same members everywhere and is filtered by each parameter', async () => {
    await using sim = await start();
    const [first, second] = paths;
    const since = Date.now();
    for (const path of [first, otherPath, second]) await sim.send('GET', path);
    await sim.send('POST', '/nowhere/at/all');
    await expect.poll(async () => (await sim.get('/requests/summary')).underWay).toBe(0);
    const entries = await sim.get('/requests');
    expect(entries.map(({ path }: { path: string }) => path)).toEqual([first, otherPath, second, '/nowhere/at/all']);
    expect(entries[0]).toEqual({
      at: new Date(entries[0].atMs).toISOString(),
      atMs: expect.any(Number),
      method: 'GET',
      path: first,
      route: template,
      status: 401,
      durationMs: expect.any(Number),
      effect: false,
    });
    const found = async (query: string) =>
      (await sim.get(`/requests?${query}`)).map(({ path }: { path: string }) => path);
    expect(await found('limit=1')).toEqual(['/nowhere/at/all']);
    expect(await found('method=get&limit=2')).toEqual([otherPath, second]);
    expect(await found('limit=0')).toEqual([]);
    expect(await found(`route=${template}`)).toEqual([first, second]);
    expect(await found(`path=${second}`)).toEqual([second]);
    expect(await found('path=/nowhere/*')).toEqual(['/nowhere/at/all']);
    expect(await found(`since=${since}`)).toHaveLength(4);
    expect(await found(`since=${new Date(Date.now() + 60_000).toISOString()}`)).toEqual([]);
    expect(await sim.get('/requests/summary')).toEqual({
      requests: 4,
      underWay: 0,
      effects: 0,
      routes: expect.arrayContaining([{ method: 'GET', route: template, status: 401, requests: 2, effects: 0 }]),
    });
  });

  test.for([
    ['metod=GET&limt=1', "There is no parameter 'metod', 'limt'. Known: method, route, path, since, limit."],
    ['limit=many', 'Parameter \'limit\' is "many"'],
    ['limit=-1', 'Parameter \'limit\' is "-1"'],
    ['limit=1.5', 'Parameter \'limit\' is "1.5"'],
    ['limit=', 'Parameter \'limit\' is ""'],
    ['limit=1&limit=2', 'Parameter \'limit\' is ["1","2"]'],
    ['since=yesterday', 'Parameter \'since\' is "yesterday"'],
    ['method=GTE', 'Parameter \'method\' is "GTE"'],
    ['path=orders', 'Parameter \'path\' is "orders"'],
    ['path=/a&route=/a', "'route' and 'path' mean the same"],
  ])('the query %s is refused: %s', async ([query, message]) => {
    await using sim = await start();
    const { status, body } = await sim.send('GET', `/_sim/requests?${query}`);
    expect([status, body]).toEqual([400, { message: expect.stringContaining(message as string) }]);
  });

  test.for(['application/x-www-form-urlencoded', 'text/plain', 'application/xml', 'no media type', ''])(
    'a body is JSON though its type is "%s"',
    async (type) => {
      await using sim = await start();
      const init = { body: '{"status":503}', headers: { 'content-type': type } };
      expect(await sim.send('POST', '/_sim/faults', init)).toMatchObject({ status: 201, body: { status: 503 } });
      expect((await sim.send('GET', otherPath)).status).toBe(503);
    },
  );

  test('what is no JSON is refused as that', async () => {
    await using sim = await start();
    for (const headers of [{}, { 'content-type': 'application/json' }])
      for (const path of ['/faults', '/delivery', '/reset', '/tokens/expire'])
        expect(await sim.send('POST', `/_sim${path}`, { body: '{status: 503}', headers })).toMatchObject({
          status: 400,
          body: { message: expect.stringContaining('The body is no valid JSON: ') },
        });
  });

  test('a reset and the end of all tokens are answered alike, with and without a body', async () => {
    await using sim = await start();
    for (const path of ['/_sim/reset', '/_sim/tokens/expire'])
      for (const init of [{}, { body: '{}' }, { headers: { 'content-type': 'application/json' } }])
        expect(await sim.send('POST', path, init)).toMatchObject({ status: 204, text: '' });
    for (const path of ['/reset', '/tokens/expire', '/delivery'])
      expect(await sim.post(path, { nonsense: 1 })).toMatchObject({
        status: 400,
        body: { message: expect.stringContaining('nonsense') },
      });
  });

  test('a path that the control API does not have is named, and no fault strikes there', async () => {
    await using sim = await start();
    await sim.post('/faults', { status: 503 });
    expect(await sim.send('GET', '/_sim/fault')).toMatchObject({
      status: 404,
      body: { message: 'There is no GET /_sim/fault here.' },
    });
    expect((await sim.send('GET', '/_sim/orders')).status).toBe(200);
    expect(await sim.get('/requests')).toEqual([]);
  });
}
