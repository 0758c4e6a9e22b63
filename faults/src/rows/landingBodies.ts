import { setTimeout as sleep } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import type { Member } from '../world/member.ts';
import { type RawTalk, talk } from '../world/post.ts';
import type { World } from '../world/world.ts';
import { aMessage, bearer, landOnly, pushMany, pushTo, rejectionsOf, rssMib, statusesOf } from './landingPosts.ts';

const MIB = 1_024 * 1_024;
/** A service that only lands, with one body of the largest size in hand and whatever Node has not given back. */
const MOST_RSS_MIB = 350;

/** Head of a POST with the secret; `lines` are the headers that say how long it is. */
const head = (world: World, lines: readonly string[], secret = world.secrets.commercetools): string =>
  ['POST /commercetools HTTP/1.1', 'Host: ingest', `Authorization: Bearer ${secret}`, ...lines, '', ''].join('\r\n');

/** A chunked body that never ends by itself. */
function* endless(start: string, mebibytes: number): Generator<Buffer | string> {
  const chunk = Buffer.concat([Buffer.from('10000\r\n'), Buffer.alloc(65_536, 'x'), Buffer.from('\r\n')]);
  yield start;
  for (let sent = 0; sent < mebibytes * 16; sent++) yield chunk;
}

const untilAllIsWritten = (world: World, count: number): Promise<void> =>
  world.until(
    `${count} records have landed`,
    async () => (await world.kafka.written(topics.commercetoolsNotifications.name)) >= count,
  );

export const tooLong = defineRow({
  row: 9,
  title: 'a body over the limit, a Content-Length that lies or is missing → 413 or 400 without reading on, others land',
  level: 'process',
  invariants: ['I10'],
  ci: { orders: 0, times: 10 },
  full: { orders: 0, times: 200 },
  atLeast: { tooLarge: 30, lies: 40, landed: 20 },
  async run(world, { times }) {
    const ingest = await world.start('ingest-ct', { settings: landOnly });
    const each = (chunks: () => Iterable<Buffer | string>): Promise<RawTalk[]> =>
      Promise.all(Array.from({ length: times }, () => talk(ingest.url, { chunks: chunks() })));
    const inTurn = async (chunks: () => Iterable<Buffer | string>): Promise<RawTalk[]> => {
      const talks: RawTalk[] = [];
      for (let time = 0; time < times; time++) talks.push(await talk(ingest.url, { chunks: chunks() }));
      return talks;
    };
    const one = ['content-length: 1'];
    const [announced, flooded, unannounced, ...lies] = await Promise.all([
      each(() => [head(world, ['content-length: 3000000'])]),
      inTurn(() => endless(head(world, ['content-length: 3000000']), 64)),
      inTurn(() => endless(head(world, ['transfer-encoding: chunked']), 64)),
      each(() => [head(world, one), '1{"this":"is no request"}\r\n\r\n']),
      each(() => [head(world, ['content-length: 2', 'transfer-encoding: chunked']), '0\r\n\r\n']),
      each(() => [head(world, ['content-length: -1']), 'x']),
      each(() => [head(world, [...one, 'content-length: 2']), 'xy']),
    ]);
    const good = await pushMany(world, ingest, times * 2);
    const long = [announced, flooded, unannounced].flat();
    // Whoever goes on writing may meet the reset before he reads the answer.
    world.claim('I10', 'answers to what is too long', [413], [...new Set(long.flatMap(({ statuses }) => statuses))]);
    world.claim('I10', 'answers to what says that it is', ['413'], statusTexts(announced));
    world.claim(
      'I10',
      'less is taken than is sent',
      true,
      long.every(({ written }) => written < 16 * MIB),
    );
    const [cutShort = [], ...refused] = lies;
    const texts = statusTexts(cutShort);
    world.claim(
      'I10',
      'what is longer than it says',
      [],
      texts.filter((text) => !['400', '200,400'].includes(text)),
    );
    const landedShort = cutShort.filter(({ statuses }) => statuses.includes(200));
    world.claim('I10', 'what contradicts itself', ['400'], statusTexts(refused.flat()));
    world.claim(
      'I10',
      'every connection is closed',
      true,
      [...long, ...lies.flat()].every(({ closed }) => closed),
    );
    world.claim('I1', 'answers to others', [200], statusesOf(good));
    landedShort.forEach(() => world.relay.note({ vendor: 'commercetools', status: 200, body: Buffer.from('1') }));
    await untilAllIsWritten(world, good.length + landedShort.length);
    world.claim('I10', 'memory stays', true, (await rssMib(ingest)) < MOST_RSS_MIB);
    return { tooLarge: long.length, lies: lies.flat().length, landed: good.length, rssMib: await rssMib(ingest) };
  },
});

const statusTexts = (talks: readonly RawTalk[]): readonly string[] => [
  ...new Set(talks.map(({ statuses }) => statuses.join())),
];

/** Zeros, packed: a thousandth of their size. */
async function bomb(mebibytes: number): Promise<Buffer> {
  const gzip = createGzip({ level: 1 });
  const chunks: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => chunks.push(chunk));
  const zeros = Buffer.alloc(MIB);
  for (let written = 0; written < mebibytes; written++)
    if (!gzip.write(zeros)) await new Promise((drained) => gzip.once('drain', drained));
  await new Promise<void>((done) => gzip.end(done));
  return Buffer.concat(chunks);
}

const packed = (world: World, encoding: string) => ({
  ...bearer(world.secrets.commercetools),
  'content-encoding': encoding,
});

export const gzipBomb = defineRow({
  row: 10,
  title: 'a gzip bomb (128 MiB, a GiB at full length) → 413 at the limit of what is unpacked, unknown encodings 415',
  level: 'process',
  invariants: ['I10'],
  ci: { orders: 0, times: 20, lastsMs: 128 },
  full: { orders: 0, times: 100, lastsMs: 1_024 },
  atLeast: { bombs: 20, unknown: 60, landed: 20 },
  async run(world, { times, lastsMs: mebibytes }) {
    const [ingest, body] = await Promise.all([world.start('ingest-ct', { settings: landOnly }), bomb(mebibytes)]);
    const bombs = await pushMany(world, ingest, times, { headers: packed(world, 'gzip'), body });
    world.claim('I10', 'answers to bombs', [413], statusesOf(bombs));
    const unknown = await Promise.all(
      ['compress', 'gzip, gzip', 'zstd'].map((encoding) =>
        pushMany(world, ingest, times, { headers: packed(world, encoding) }),
      ),
    );
    world.claim('I10', 'answers to encodings that nobody knows', [415], statusesOf(unknown.flat()));
    const lands = JSON.stringify(aMessage());
    const small = await gzipOf(lands);
    const good = await pushMany(world, ingest, times, { headers: packed(world, 'gzip'), body: small, lands });
    world.claim('I1', 'answers to what is packed and small', [200], statusesOf(good));
    await untilAllIsWritten(world, good.length);
    const mib = await rssMib(ingest);
    world.claim('I10', 'memory stays', true, mib < MOST_RSS_MIB);
    return { bombs: bombs.length, unknown: unknown.flat().length, landed: good.length, rssMib: mib };
  },
});

async function gzipOf(text: string): Promise<Buffer> {
  const gzip = createGzip();
  gzip.end(text);
  const chunks: Buffer[] = [];
  for await (const chunk of gzip) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** A byte after the other, slower than anybody waits. */
const trickle = (start: string): Iterable<string> => [start, ...'x-slow: 123456789012345678901234567890'];

/** 8 s and the second between two looks at it; the machine may be slow. */
const PATIENCE_MS = 20_000;

async function keepPushing(world: World, ingest: Member, until: AbortSignal) {
  const answers: Awaited<ReturnType<typeof pushTo>>[] = [];
  while (!until.aborted) answers.push(...(await pushMany(world, ingest, 4)));
  return answers;
}

export const slowloris = defineRow({
  row: 11,
  title:
    'connections that send headers, bodies or trailers byte by byte → closed in time; without the secret at once; others land',
  level: 'process',
  invariants: ['I1', 'I10'],
  ci: { orders: 0, times: 100 },
  full: { orders: 0, times: 1_000 },
  atLeast: { slow: 400, landed: 100 },
  async run(world, { times }) {
    const ingest = await world.start('ingest-ct', { settings: landOnly });
    const done = new AbortController();
    const others = keepPushing(world, ingest, done.signal);
    const chunks = {
      headers: trickle('POST /commercetools HTTP/1.1\r\nHost: ingest\r\n'),
      bodies: trickle(head(world, ['content-length: 1000'])),
      trailers: trickle(`${head(world, ['transfer-encoding: chunked'])}2\r\n{}\r\n0\r\n`),
      forged: trickle(head(world, ['content-length: 1000'], 'no-secret')),
    };
    const [headers, bodies, trailers, forged] = await Promise.all(
      [chunks.headers, chunks.bodies, chunks.trailers, chunks.forged].map((each) =>
        Promise.all(
          Array.from({ length: times }, () => talk(ingest.url, { chunks: each, pauseMs: 400, withinMs: PATIENCE_MS })),
        ),
      ),
    );
    done.abort();
    const answers = await others;
    const slow = [headers, bodies, trailers, forged].flatMap((talks = []) => talks);
    world.claim('I10', 'connections that stay', 0, slow.filter(({ closed }) => !closed).length);
    world.claim('I9', 'slow bodies without the secret', ['401'], statusTexts(forged ?? []));
    world.claim('I10', 'slow ones that landed', 0, slow.filter(({ statuses }) => statuses.includes(200)).length);
    world.claim('I1', 'answers to others', [200], statusesOf(answers));
    const sorted = answers.map(({ ms }) => ms).sort((a, b) => a - b);
    return { slow: slow.length, landed: answers.length, othersP99Ms: sorted[Math.floor(sorted.length * 0.99)] ?? 0 };
  },
});

/** About as many as there may be connections: each takes memory, and a fast machine would open any number. */
const MOST_AT_ONCE = 4_000;

/** Status of a request that nobody answered. */
const NO_ANSWER = 0;

const refusedBy = async (ingest: Member): Promise<number> => (await rejectionsOf(ingest))['overloaded'] ?? 0;

export const burst = defineRow({
  row: 18,
  title:
    'several times more at once than may be in hand, while Kafka is slow (a minute of it at full length) → 503 beyond it, memory stays, then all as before',
  level: 'process',
  invariants: ['I6', 'I10'],
  ci: { orders: 0, times: 2_000, lastsMs: 2_000 },
  full: { orders: 0, times: 3_500, lastsMs: 60_000 },
  atLeast: { pushed: 2_000, overloaded: 1_000, landed: 100 },
  async run(world, { times, lastsMs }) {
    const ingest = await world.start('ingest-ct', { settings: landOnly });
    await pushMany(world, ingest, 20);
    const body = JSON.stringify(aMessage({ padding: 'x'.repeat(15_000) }));
    ingest.lines.broker.set('no-answers');
    const ends = performance.now() + lastsMs;
    const inTurn = lastsMs > 10_000;
    const pushes: ReturnType<typeof pushMany>[] = [];
    do {
      const pushing = pushMany(world, ingest, times, { body });
      pushes.push(pushing);
      await world.until('most are refused', async () => (await refusedBy(ingest)) >= times / 2);
      if (inTurn) await pushing;
    } while (performance.now() < ends && (inTurn || pushes.length * times < MOST_AT_ONCE));
    await sleep(Math.max(0, ends - performance.now()));
    const most = await rssMib(ingest);
    ingest.lines.broker.set('open');
    const answers = (await Promise.all(pushes)).flat();
    // The body of what is refused is not read: a sender that is busy may find the connection reset before it has read its
    // 503. To it that is no answer, and it sends again.
    const resets = answers.filter(({ status }) => status === NO_ANSWER);
    world.claim(
      'I6',
      'answers but 200 and 503',
      [],
      statusesOf(answers).filter((status) => ![200, 503, NO_ANSWER].includes(status)),
    );
    world.claim('I6', 'most refusals are heard', true, resets.length < answers.length / 4);
    const refused = answers.filter(({ status }) => status === 503);
    world.claim(
      'I6',
      'each refusal has Retry-After',
      true,
      refused.every(({ headers }) => headers['retry-after'] === '1'),
    );
    await world.until(
      'nothing is in hand any more',
      async () => (await pushTo(world, ingest, { body })).status === 200,
    );
    world.claim('I6', 'answers afterwards', [200], statusesOf(await pushMany(world, ingest, 200)));
    world.claim('I11', 'readiness afterwards', 200, await ingest.readiness());
    world.claim('I10', 'memory stays', true, most < MOST_RSS_MIB);
    return {
      pushed: answers.length,
      overloaded: await refusedBy(ingest),
      landed: answers.filter(({ status }) => status === 200).length,
      resets: resets.length,
      rssMib: most,
    };
  },
});
