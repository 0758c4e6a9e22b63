import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { randomBytes } from 'node:crypto';
import { topics } from '@pipeline/schemas';
import { defineRow } from '../row.ts';
import type { Member } from '../world/member.ts';
import { talk } from '../world/post.ts';
import type { World } from '../world/world.ts';
import { pubSubBody, startGoogle } from './landingKeys.ts';
import { aMessage, bearer, landOnly, pushMany, pushTo, rejectionsOf, statusesOf } from './landingPosts.ts';

/** What nobody may find in a log. */
async function claimUnsaid(world: World, members: readonly Member[], secrets: readonly string[]): Promise<void> {
  for (const { name, logFile } of members) {
    const log = await readFile(logFile, 'utf8');
    world.claim('I9', `secrets in the log of ${name}`, 0, secrets.filter((secret) => log.includes(secret)).length);
  }
}

/** Wrong in one place each. */
const nearMisses = (secret: string): readonly string[] => [
  secret.slice(0, -1),
  `${secret}0`,
  `${secret.slice(0, -1)}${secret.endsWith('0') ? '1' : '0'}`,
  `${secret.startsWith('0') ? '1' : '0'}${secret.slice(1)}`,
  `${secret},${secret}`,
  `${secret} ${secret}`,
  '0'.repeat(secret.length),
  'x'.repeat(8_000),
];

const countLanded = async ({ kafka }: World): Promise<number> =>
  (await kafka.written(topics.commercetoolsNotifications.name)) +
  (await kafka.written(topics.fulfillmenttoolsNotifications.name));

const headOf = (to: string, lines: readonly string[]): string =>
  [`POST ${to} HTTP/1.1`, 'Host: ingest', 'Content-Length: 1000', ...lines, '', ''].join('\r\n');

export const wrongSecret = defineRow({
  row: 12,
  title: 'a secret that is missing, wrong or nearly right → 401 before the body is read, no record, counted, in no log',
  level: 'process',
  invariants: ['I9'],
  ci: { orders: 0, times: 5 },
  full: { orders: 0, times: 200 },
  atLeast: { refused: 130, landed: 10 },
  async run(world, { times }) {
    const { secrets } = world;
    const members = await Promise.all([
      world.start('ingest-ct', { settings: landOnly }),
      world.start('ingest-fft', { settings: landOnly, subscribes: false }),
    ]);
    // The subscription's own test notification.
    await world.until('the subscription was tested', async () => (await countLanded(world)) === 1);
    let refused = 0;
    for (const member of members) {
      const vendor = member.name === 'ingest-ct' ? 'commercetools' : 'fulfillmenttools';
      const other = member.name === 'ingest-ct' ? 'fulfillmenttools' : 'commercetools';
      const right = secrets[vendor];
      const wrong = [...nearMisses(right), secrets[other]].map((secret) => `Authorization: Bearer ${secret}`);
      const odd = [[], [`Authorization: ${right}`], [`Authorization: Basic ${right}`], [`X-Api-Key: ${right}`]];
      const heads = [...wrong.map((line) => [line]), ...odd];
      const asked = heads.flatMap((lines) => Array.from({ length: times }, () => lines));
      const talks = await Promise.all(
        asked.map((lines) => talk(member.url, { chunks: [headOf(`/${vendor}`, lines)], withinMs: 8_000 })),
      );
      const answers = talks.map(({ statuses, closed }) => `${statuses.join()} ${closed ? 'closed' : 'waits'}`);
      world.claim('I9', `answers of ${member.name} to heads alone`, ['401 closed'], [...new Set(answers)]);
      world.claim('I11', `counted by ${member.name}`, talks.length, (await rejectionsOf(member))['unauthorized'] ?? 0);
      refused += talks.length;
    }
    world.claim('I9', 'records but for the test notification', 1, await countLanded(world));
    const [shop] = members;
    const good = await pushMany(world, shop, times * 2);
    world.claim('I1', 'answers to the right secret', [200], statusesOf(good));
    await claimUnsaid(world, members, [secrets.commercetools, secrets.fulfillmenttools]);
    return { refused, landed: good.length };
  },
});

export const forgedTokens = defineRow({
  row: 14,
  title:
    'tokens of Pub/Sub that are forged in every way, and Google away → 401; with cached keys nobody notices, without keys 503; keys are fetched once',
  level: 'process',
  invariants: ['I8', 'I9'],
  ci: { orders: 0, times: 3 },
  full: { orders: 0, times: 100 },
  atLeast: { forged: 84, admitted: 9, refusedWithoutKeys: 3 },
  async run(world, { times }) {
    const google = await startGoogle();
    try {
      const settings = { ...landOnly, ...google.settings };
      const [shop, provider] = await Promise.all([
        world.start('ingest-ct', { settings }),
        world.start('ingest-fft', {
          settings: { ...google.settings, FFT_PUSH_TRANSPORTS: 'pubsub' },
          subscribes: false,
        }),
      ]);
      const push = (member: Member, headers: Readonly<Record<string, string>>, said: object = aMessage()) => {
        const to = member === provider ? '/fulfillmenttools/pubsub' : '/commercetools/pubsub';
        const body = pubSubBody(said);
        return pushTo(world, member, {
          path: to,
          headers,
          body,
          lands: member === provider ? JSON.stringify(said) : body,
        });
      };
      const many = (member: Member) => Promise.all(Array.from({ length: times }, () => push(member, google.token())));
      world.claim(
        'I1',
        'answers to tokens of Google',
        [200],
        statusesOf([...(await many(shop)), ...(await many(provider))]),
      );
      let forged = 0;
      for (const [how, forge] of Object.entries(google.forged)) {
        const answers = await Promise.all(
          [shop, provider].flatMap((member) => Array.from({ length: times }, () => push(member, forge()))),
        );
        world.claim('I9', `answers to a token: ${how}`, [401], statusesOf(answers));
        forged += answers.length;
      }
      world.claim('I8', 'one fetch of keys by each service', 2, google.server.requests.length);
      await google.goAway();
      world.claim('I1', 'answers while Google is away', [200], statusesOf(await many(shop)));
      const cold = await world.start('ingest-ct', { settings });
      const without = await many(cold);
      world.claim('I9', 'answers of a service that never had keys', [503], statusesOf(without));
      const reasons = await rejectionsOf(cold);
      world.claim('I11', 'counted', times, reasons['keys-unavailable'] ?? 0);
      const fetches = (await cold.metrics()).sum('pipeline_push_key_fetches_total');
      world.claim('I8', 'fetches of a service that has none', true, fetches <= 2);
      await world.untilRead('ingest-fft');
      await claimUnsaid(world, [shop, provider, cold], ['eyJ']);
      return { forged, admitted: times * 3, refusedWithoutKeys: without.length };
    } finally {
      await google.goAway().catch(() => undefined);
    }
  },
});

/** Which nobody is to be told of: goods on their way between two facilities. */
const ofNobody = { event: 'PARCEL_CARRIER_CREATED', eventId: 'e-1', payload: { transfers: [{ type: 'SUPPLIER' }] } };

export const rotatedSecrets = defineRow({
  row: 79,
  title:
    'secrets are rotated in their files, senders change in between → both are accepted meanwhile, nobody is refused',
  level: 'process',
  invariants: ['I1', 'I9'],
  ci: { orders: 0 },
  full: { orders: 0, times: 3 },
  atLeast: { landed: 100, rotations: 2, reloads: 4 },
  async run(world, { times }) {
    const folder = await mkdtemp(path.join(tmpdir(), 'faults-secrets-'));
    try {
      const names = { 'ingest-ct': 'CT_PUSH_SECRET', 'ingest-fft': 'FFT_WEBHOOK_SECRET' } as const;
      const rotations = Object.entries(names).map(([service, name]) =>
        rotate(world, { service: service as keyof typeof names, name, folder, times }),
      );
      const done = await Promise.all(rotations);
      const sum = (of: 'landed' | 'reloads') => done.reduce((total, each) => total + each[of], 0);
      return { landed: sum('landed'), reloads: sum('reloads'), rotations: done.length * times };
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
});

interface Rotation {
  readonly service: 'ingest-ct' | 'ingest-fft';
  readonly name: string;
  readonly folder: string;
  readonly times: number;
}

async function rotate(world: World, { service, name, folder, times }: Rotation) {
  const files = { current: path.join(folder, name), previous: path.join(folder, `${name}-previous`) };
  const used = Array.from({ length: times + 1 }, () => randomBytes(32).toString('hex'));
  for (const file of Object.values(files)) await writeFile(file, used[0] ?? '');
  const settings = {
    ...landOnly,
    [name]: '',
    [`${name}_FILE`]: files.current,
    [`${name}_PREVIOUS_FILE`]: files.previous,
  };
  const member = await world.start(service, { settings, subscribes: false });
  const body = () => JSON.stringify(service === 'ingest-ct' ? aMessage() : ofNobody);
  const push = async (secret: string): Promise<number> =>
    (await pushTo(world, member, { headers: bearer(secret), body: body() })).status;

  const statuses: number[] = [];
  let sends = used[0] ?? '';
  let running = true;
  const sender = (async () => {
    while (running) statuses.push(await push(sends));
  })();
  for (const [index, old] of used.slice(0, -1).entries()) {
    const next = used[index + 1] ?? '';
    await writeFile(files.previous, old);
    await writeFile(files.current, next);
    await world.until(`${service} takes the next secret`, async () => (await push(next)) === 200);
    world.claim('I1', `${service} takes the old one still`, 200, await push(old));
    sends = next;
    await writeFile(files.previous, next);
    await world.until(`${service} refuses the old secret`, async () => (await push(old)) === 401);
  }
  running = false;
  await sender;
  world.claim('I1', `answers of ${service} to the sender`, [200], statusesOf(statuses.map((status) => ({ status }))));
  await claimUnsaid(world, [member], used);
  const reloads = (await member.metrics()).sum('pipeline_secret_reloads_total');
  return { landed: statuses.length, reloads };
}
