import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { createLogger, type LogEntry, type LogLevel } from './logger.ts';
import { replaceAll, scrub } from './scrub.ts';

function capture(level: LogLevel = 'info') {
  const lines: string[] = [];
  const logger = createLogger({
    service: 'order-router',
    version: '1.2.3',
    level,
    destination: { write: (line) => void lines.push(line) },
  });
  return { logger, lines, last: () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown> };
}

/** As a caller whose types are lost. */
const loose = (entry: Record<string, unknown>): LogEntry => entry as LogEntry;

describe('a line', () => {
  test('is one JSON object with time, level, service, version, message and fields', () => {
    const { logger, lines, last } = capture();
    logger.info('order placed', {
      orderId: 'o-1',
      offset: 12n,
      attempt: 2,
      outcome: 'created',
      member: null,
      topic: undefined,
    });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.endsWith('\n')).toBe(true);
    const { time, ...rest } = last();
    expect(new Date(String(time)).toISOString()).toBe(time);
    expect(rest).toEqual({
      level: 'info',
      service: 'order-router',
      version: '1.2.3',
      message: 'order placed',
      orderId: 'o-1',
      offset: '12',
      attempt: 2,
      outcome: 'created',
      member: null,
    });
  });

  test('below the level is not written', () => {
    const { logger, lines } = capture('warn');
    logger.info('a');
    logger.debug('b');
    logger.warn('c');
    logger.error('d');
    expect(lines).toHaveLength(2);
  });

  test('of a child carries the fields of its parent', () => {
    const { logger, last } = capture();
    logger.child({ topic: 't', partition: 3 }).child({ key: 'k', partition: 4 }).info('done');
    expect(last()).toMatchObject({ topic: 't', partition: 4, key: 'k' });
  });

  test('cannot be broken by a line feed in a value', () => {
    const { logger, lines } = capture();
    logger.info('done', { reason: 'a\n{"level":"error"}' });
    expect(lines).toHaveLength(1);
    expect(lines[0]?.trimEnd()).not.toContain('\n');
  });
});

describe('what must not be in a log', () => {
  const canaries = ['jane.doe@example.com', 'Musterstrasse 12', 'hunter2', 'Bearer abc.def'];

  test('an e-mail, address, token or Authorization under another name is dropped, and the name is told', () => {
    const { logger, lines, last } = capture('debug');
    const entry = loose({
      customerEmail: canaries[0],
      shippingAddress: { street: canaries[1] },
      token: canaries[2],
      headers: { Authorization: canaries[3] },
      Authorization: canaries[3],
      orderId: 'o-1',
    });
    for (const level of ['debug', 'info', 'warn', 'error'] as const) logger[level]('done', entry);
    logger.child(entry).info('done');
    expect(lines).toHaveLength(5);
    for (const canary of canaries) expect(lines.join('')).not.toContain(canary);
    expect(last()).toMatchObject({
      orderId: 'o-1',
      droppedFields: ['customerEmail', 'shippingAddress', 'token', 'headers', 'Authorization'],
    });
  });

  test('an object under an allowed name is dropped, too', () => {
    const { logger, lines, last } = capture();
    const getter = { toJSON: () => canaries[2], toString: () => canaries[2] };
    logger.info('done', {
      orderId: { email: canaries[0] },
      reason: [{ street: canaries[1] }],
      key: getter,
      code: () => canaries[2],
      status: Symbol('hunter2'),
    });
    for (const canary of canaries) expect(lines.join('')).not.toContain(canary);
    expect(last()['droppedFields']).toEqual(['orderId', 'reason', 'key', 'code', 'status']);
  });

  test('a name that is itself a value is not told', () => {
    const { logger, lines, last } = capture();
    logger.info('done', loose({ 'jane.doe@example.com': 1, 'Musterstrasse 12': 1 }));
    for (const canary of canaries) expect(lines.join('')).not.toContain(canary);
    expect(last()['droppedFields']).toEqual(['?', '?']);
  });

  test('no value under any name that is not on the list ever reaches the output', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.anything()), (entry) => {
        const { logger, lines } = capture();
        const hidden = Object.fromEntries(Object.keys(entry).map((name) => [`x${name}`, 'canary-value']));
        logger.info('done', loose(hidden));
        expect(lines.join('')).not.toContain('canary-value');
      }),
    );
  });

  test('any value under an allowed name gives a line that can be read back', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        const { logger, lines } = capture();
        logger.info('done', { reason: value, error: value, path: value, settings: value });
        expect(() => JSON.parse(lines[0] ?? '')).not.toThrow();
      }),
    );
  });

  test('the query of a path or URL is cut off, and so are its credentials', () => {
    const { logger, last } = capture();
    logger.info('done', { path: '/commercetools?token=hunter2', url: 'http://jane:hunter2@127.0.0.1:1/x?a=b#c' });
    expect(last()).toMatchObject({ path: '/commercetools', url: 'http://[secret]@127.0.0.1:1/x' });
  });

  test('fields that pino or JSON treat specially are nothing special', () => {
    const { logger, lines, last } = capture();
    logger.info(
      'done',
      loose(
        JSON.parse(
          '{"__proto__":{"email":"hunter2"},"err":"hunter2","time":1,"level":"hunter2","service":"other","msg":"hunter2"}',
        ),
      ),
    );
    expect(lines.join('')).not.toContain('hunter2');
    expect(last()).toMatchObject({ service: 'order-router', level: 'info', message: 'done' });
  });
});

describe('an error', () => {
  class PipelineError extends Error {
    override readonly name = 'PipelineError';
    readonly errorClass = 'permanent';
    readonly code = 'mapping-failed';
    readonly request = { headers: { authorization: 'hunter2' } };
  }

  test('is its class, code and message, and nothing else of it', () => {
    const { logger, lines, last } = capture();
    logger.error('failed', { error: new PipelineError('no channel', { cause: new Error('hunter2') }) });
    expect(last()['error']).toEqual({ errorClass: 'permanent', code: 'mapping-failed', message: 'no channel' });
    expect(lines.join('')).not.toContain('hunter2');
  });

  test('has its stack only at debug, without repeating the message', () => {
    const { logger, last } = capture('debug');
    logger.error('failed', { error: new PipelineError('mail to jane.doe@example.com\nfailed') });
    const { stack, message } = last()['error'] as { stack: string; message: string };
    expect(stack).toMatch(/^\s+at .*logger\.test\.ts/);
    expect(stack).not.toContain('jane');
    expect(message).toBe('mail to [email]\nfailed');
  });

  test('of Node has its own code; something else that was thrown has none', () => {
    const { logger, last } = capture();
    logger.error('failed', {
      error: Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' }),
    });
    expect(last()['error']).toEqual({
      errorClass: 'Error',
      code: 'ECONNREFUSED',
      message: 'connect ECONNREFUSED 127.0.0.1:1',
    });
    logger.error('failed', { error: 'hunter2' });
    expect(last()['error']).toEqual({ errorClass: 'unknown', code: 'unexpected', message: 'a string was thrown' });
  });

  test.each([
    '{"email":"jane.doe@example.com",}',
    'Musterstrasse 12',
    '{"street": Musterstrasse 12',
    '["Musterstrasse 12" 3]',
    '{"a":"Musterstrasse\n12"}',
  ])('of JSON.parse does not quote its input: %j', (text) => {
    const { logger, lines } = capture();
    try {
      JSON.parse(text);
    } catch (error) {
      logger.error('failed', { error });
    }
    expect(lines).toHaveLength(1);
    expect(lines[0]).not.toMatch(/jane|Muster|strasse/);
  });
});

describe('scrubbing', () => {
  test.each([
    ['mail jane.doe+x@mail.example.co.uk now', 'mail [email] now'],
    ['Authorization: Bearer abc.def-123', 'Authorization: Bearer [secret]'],
    ['basic dXNlcjpwYXNz', 'basic [secret]'],
    ['got eyJhbGciOi.eyJzdWIiOi.c2ln here', 'got [token] here'],
    ['GET https://u:p@host/x?key=abc&a=1', 'GET https://[secret]@host/x?key=[secret]&a=1'],
    ['order 6a1f0c52-8f0f-4a6e-9d27-3c0f1e5b7a01 version 12', 'order 6a1f0c52-8f0f-4a6e-9d27-3c0f1e5b7a01 version 12'],
    ['KafkaJSConnectionError at broker b-1.kafka:9092', 'KafkaJSConnectionError at broker b-1.kafka:9092'],
  ])('%s', (text, expected) => {
    expect(scrub(text)).toBe(expected);
  });

  test('the quick look lets no text through that a pattern would change', () => {
    const pieces = ['a', 'eyJx', '.', '@', 'b.de', '"', ' is not valid JSON', 'Unexpected token', '\n', '//', ':', '/'];
    const secrets = ['Bearer ', 'basic ', '?token=', '&key=', '//u:p@', '@c.de', ' ', '?', '=', 'ü', '0'];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...secrets), { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        expect(scrub(text)).toBe(replaceAll(text));
      }),
      { numRuns: 3_000 },
    );
  });

  test('a long text is cut, and a very long one takes no long time', () => {
    expect(scrub('a'.repeat(10_000_000))).toHaveLength(501);
    expect(scrub('a@'.repeat(5_000_000)).length).toBeLessThan(502);
  });
});

describe('standard output', () => {
  const module = JSON.stringify(new URL('logger.ts', import.meta.url).href);
  const children: ChildProcess[] = [];
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
  });
  const run = (body: string) => {
    const code = `
      const { createLogger } = await import(${module});
      const logger = createLogger({ service: 's', version: '1', level: 'info' });
      const other = createLogger({ service: 'o', version: '1', level: 'info' });
      ${body}`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', code], { stdio: ['ignore', 'pipe', 'ignore'] });
    children.push(child);
    return child;
  };
  const messages = (output: string) =>
    output
      .trimEnd()
      .split('\n')
      .map((line) => (JSON.parse(line) as { message: string }).message);

  test.each([
    ['exits at once', 'process.exit(3);'],
    ['fails', 'throw new Error();'],
    ['fails later', 'setTimeout(() => { logger.info("end"); null.x; });'],
    ['logs while it exits', 'process.on("exit", () => logger.info("end")); process.exit();'],
    ['has nothing more to do', ''],
  ])('has all lines, in their order, of a process that %s, however slowly it is read', async (_name, end) => {
    const many = 'for (let index = 0; index < 5_000; index += 1) (index % 2 ? logger : other).info(`line ${index}`);';
    const child = run(`${many} ${end}`);
    await once(child.stdout, 'readable');
    await sleep(100);
    const found = messages(await text(child.stdout));
    expect(found.slice(0, 5_000)).toEqual(Array.from({ length: 5_000 }, (_, index) => `line ${index}`));
    expect(found.slice(5_000)).toEqual(end.includes('end') ? ['end'] : []);
  });

  test('has a line while the process goes on', async () => {
    const child = run('logger.info("here"); setInterval(() => {}, 1_000);');
    const [chunk] = (await child.stdout.take(1).toArray()) as Buffer[];
    expect(messages(String(chunk))).toEqual(['here']);
  });

  test('has lines while a turn does not end', async () => {
    const child = run('for (let index = 0; index < 2_000; index += 1) logger.info("here"); for (;;) {}');
    const [chunk] = (await child.stdout.take(1).toArray()) as Buffer[];
    expect(messages(String(chunk).replace(/\n[^\n]*$/, ''))[0]).toBe('here');
  });
});
