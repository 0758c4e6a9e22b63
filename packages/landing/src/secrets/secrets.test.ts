import { mkdtemp, rm, symlink, writeFile, rename, unlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { createSecretCheck, fixedSecrets } from './secretCheck.ts';
import { createSecretSource } from './secretSource.ts';

const old = 'old-secret-0123456789-0123456789-012';
const oldest = 'oldest-secret-0123456789-0123456789';
const fresh = 'new-secret-0123456789-0123456789-012';

const accepts = (secrets: Parameters<typeof createSecretCheck>[0]['secrets'], secret: string): boolean =>
  createSecretCheck({ secrets })({ headers: { authorization: `Bearer ${secret}` }, url: '/' });

describe('the check of a secret', () => {
  test('takes both secrets of a rotation and nothing near them', () => {
    const secrets = fixedSecrets(fresh, old);
    expect([accepts(secrets, fresh), accepts(secrets, old)]).toEqual([true, true]);
    for (const near of [
      fresh.slice(1),
      `${fresh}x`,
      ` ${fresh}x`,
      fresh.toUpperCase(),
      fresh + old,
      `${fresh},${old}`,
      '',
    ])
      expect([near, accepts(secrets, near)]).toEqual([near, false]);
  });

  test('takes no other text, whatever it is', () => {
    const check = createSecretCheck({ secrets: fixedSecrets(fresh), header: 'x-api-key', queryParameter: 'token' });
    fc.assert(
      fc.property(fc.string(), fc.string(), (header, query) => {
        fc.pre(header !== fresh && query !== fresh);
        expect(check({ headers: { 'x-api-key': header }, url: `/?token=${encodeURIComponent(query)}` })).toBe(false);
        expect(check({ headers: {}, url: query })).toBe(false);
      }),
    );
    expect(check({ headers: { 'x-api-key': fresh }, url: '/' })).toBe(true);
  });

  test('in another header than authorization the whole value is the secret', () => {
    const check = createSecretCheck({ secrets: fixedSecrets(fresh), header: 'X-Api-Key' });
    const given = (value: string | string[]) => check({ headers: { 'x-api-key': value }, url: '/' });
    expect([given(fresh), given(`Bearer ${fresh}`), given([fresh]), given(`${fresh}, ${fresh}`)]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });

  test('without any secret nobody is let in', () => {
    expect(accepts(() => [], '')).toBe(false);
    expect(accepts(() => [], 'undefined')).toBe(false);
  });
});

describe('a secret from a file', () => {
  let folder = '';
  const closing: (() => void)[] = [];
  afterEach(async () => {
    for (const close of closing.splice(0)) close();
    await rm(folder, { recursive: true, force: true });
  });

  async function start({ intervalMs = 3_600_000 } = {}) {
    folder = await mkdtemp(join(tmpdir(), 'secret-'));
    const paths = { current: join(folder, 'current'), previous: join(folder, 'previous') };
    await writeFile(paths.current, `${old}\n`);
    await writeFile(paths.previous, `${old}\n`);
    const said: string[] = [];
    const source = createSecretSource({
      settings: [
        { name: 'SECRET', value: old, path: paths.current },
        { name: 'SECRET_PREVIOUS', value: old, path: paths.previous },
      ],
      minLength: 32,
      intervalMs,
      onChanged: (setting) => void said.push(`${setting} changed`),
      onProblem: (setting, why) => void said.push(`${setting}: ${why ?? 'good again'}`),
    });
    closing.push(source.close);
    return { source, paths, said };
  }

  test('is read again when it has changed, and both are accepted meanwhile', async () => {
    const { source, paths, said } = await start();
    await source.refresh();
    expect(said).toEqual([]);
    await writeFile(paths.current, `${fresh}\n`);
    await source.refresh();
    expect([accepts(source.secrets, fresh), accepts(source.secrets, old)]).toEqual([true, true]);
    await writeFile(paths.previous, fresh);
    await source.refresh();
    expect([accepts(source.secrets, fresh), accepts(source.secrets, old)]).toEqual([true, false]);
    expect(said).toEqual(['SECRET changed', 'SECRET_PREVIOUS changed']);
  });

  test('of both, the old one is never refused while both files change', async () => {
    const { paths } = await start();
    await writeFile(paths.current, fresh);
    const taken: boolean[] = [];
    const watching = createSecretSource({
      settings: [
        { name: 'SECRET', value: old, path: paths.current },
        { name: 'SECRET_PREVIOUS', value: oldest, path: paths.previous },
      ],
      minLength: 32,
      onChanged: () => void taken.push(accepts(watching.secrets, old)),
    });
    closing.push(watching.close);
    await watching.refresh();
    expect(taken).toEqual([true, true]);
    expect(accepts(watching.secrets, fresh)).toBe(true);
  });

  test.each(['is missing', 'is empty'])('that may be missing comes and goes while its file %s', async (how) => {
    const { paths } = await start();
    const said: string[] = [];
    const spoil = () => (how === 'is empty' ? writeFile(paths.previous, '\n') : unlink(paths.previous));
    await spoil();
    const source = createSecretSource({
      settings: [
        { name: 'SECRET', value: fresh, path: undefined },
        { name: 'SECRET_PREVIOUS', value: undefined, path: paths.previous, optional: true },
      ],
      minLength: 32,
      onChanged: (setting) => void said.push(`${setting} changed`),
      onProblem: (setting, why) => void said.push(`${setting}: ${why ?? 'good again'}`),
    });
    closing.push(source.close);
    await source.refresh();
    expect([accepts(source.secrets, fresh), accepts(source.secrets, old), said]).toEqual([true, false, []]);
    await writeFile(paths.previous, `${old}\n`);
    await source.refresh();
    expect([accepts(source.secrets, fresh), accepts(source.secrets, old)]).toEqual([true, true]);
    await spoil();
    await source.refresh();
    expect([accepts(source.secrets, fresh), accepts(source.secrets, old)]).toEqual([true, false]);
    expect(said).toEqual(['SECRET_PREVIOUS changed', 'SECRET_PREVIOUS changed']);
  });

  test('that may be missing lets nobody in when it is the only one and is missing', async () => {
    const source = createSecretSource({
      settings: [{ name: 'S', value: undefined, path: '/nonexistent/secret', optional: true }],
      minLength: 32,
    });
    closing.push(source.close);
    await source.refresh();
    expect(source.secrets()).toEqual([]);
    expect(accepts(source.secrets, '')).toBe(false);
  });

  test.each([
    [
      'has blanks',
      (path: string) => writeFile(path, `${fresh} \n`),
      'the secret in the file is not one line without blanks at its ends',
    ],
    ['is empty', (path: string) => writeFile(path, '\n'), 'the file is empty'],
    ['is short', (path: string) => writeFile(path, 'x'.repeat(31)), 'the file has less than 32 characters'],
    ['is gone', (path: string) => unlink(path), 'the file cannot be read (ENOENT)'],
  ])('stays as it was when the file %s, and that is said once', async (_how, spoil, why) => {
    const { source, paths, said } = await start();
    await spoil(paths.current);
    await source.refresh();
    await source.refresh();
    expect(accepts(source.secrets, old)).toBe(true);
    expect(said).toEqual([`SECRET: ${why}`]);
    await writeFile(paths.current, fresh);
    await source.refresh();
    expect(accepts(source.secrets, fresh)).toBe(true);
    expect(said.slice(1)).toEqual(['SECRET: good again', 'SECRET changed']);
    expect(said.join()).not.toContain('secret-');
  });

  test('is found by itself, also behind a link that is turned', async () => {
    const { source, paths } = await start({ intervalMs: 5 });
    const target = join(folder, 'v2');
    await writeFile(target, fresh);
    await symlink(target, join(folder, 'link'));
    await rename(join(folder, 'link'), paths.current);
    await vi.waitFor(() => expect(accepts(source.secrets, fresh)).toBe(true));
  });

  test('that came by the environment stays', async () => {
    const source = createSecretSource({ settings: [{ name: 'S', value: old, path: undefined }], minLength: 32 });
    closing.push(source.close);
    await source.refresh();
    expect(accepts(source.secrets, old)).toBe(true);
  });
});
