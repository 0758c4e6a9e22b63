import { describe, expect, test } from 'vitest';
import { checkExclusions, toExcludePolicy } from './exclusions.ts';

const settings = (over: Partial<Parameters<typeof checkExclusions>[0]> = {}) => ({
  PLACEMENT_EXCLUDE_STORES: [],
  PLACEMENT_EXCLUDE_ORDER_NUMBERS: [],
  PLACEMENT_EXCLUDE_EMAIL_DOMAINS: [],
  PLACEMENT_EXCLUDE_FIELDS: [],
  ...over,
});

describe('what is never placed', () => {
  test('is what the settings say, field by field', () => {
    const policy = toExcludePolicy(
      settings({
        PLACEMENT_EXCLUDE_STORES: ['outlet'],
        PLACEMENT_EXCLUDE_ORDER_NUMBERS: ['TEST-*'],
        PLACEMENT_EXCLUDE_EMAIL_DOMAINS: ['example.org'],
        PLACEMENT_EXCLUDE_FIELDS: ['kind = sample=1', 'b2b'],
      }),
    );
    expect(policy).toEqual({
      stores: ['outlet'],
      orderNumbers: ['TEST-*'],
      emailDomains: ['example.org'],
      fields: [
        { name: 'kind', value: 'sample=1' },
        { name: 'b2b', value: null },
      ],
    });
  });

  test('is nothing by default', () => {
    expect(toExcludePolicy(settings())).toEqual({ stores: [], orderNumbers: [], emailDomains: [], fields: [] });
    expect(checkExclusions(settings())).toEqual([]);
  });
});

describe('an entry that cannot be meant so is a problem', () => {
  test.each(['^TEST-', 'TEST-\\d+', '(a+)+b', 'TEST-.*', 'a|b', '[0-9]*', 'x{3}', '*', '**'])(
    'order number %s',
    (entry) => {
      const problems = checkExclusions(settings({ PLACEMENT_EXCLUDE_ORDER_NUMBERS: ['TEST-*', entry] }));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toMatch(/^PLACEMENT_EXCLUDE_ORDER_NUMBERS, entry 2, /);
    },
  );

  test.each(['TEST-*', '*-B2B', '2026.11/0815', 'a_b+c', 'Ü 1'])('but not order number %s', (entry) => {
    expect(checkExclusions(settings({ PLACEMENT_EXCLUDE_ORDER_NUMBERS: [entry] }))).toEqual([]);
  });

  test.each(['ada@example.org', '@example.org', '*.example.org', 'exa mple', '.example.org', 'shop.test.'])(
    'e-mail domain %s, which is not repeated',
    (entry) => {
      const problems = checkExclusions(settings({ PLACEMENT_EXCLUDE_EMAIL_DOMAINS: [entry] }));
      expect(problems).toHaveLength(1);
      expect(problems[0]).toContain('PLACEMENT_EXCLUDE_EMAIL_DOMAINS, entry 1, must be a domain');
      expect(problems[0]).not.toContain(entry);
    },
  );

  test.each(['=x', 'kind=', 'kind= ', 'a b=c', 'x'])('field %s', (entry) => {
    expect(checkExclusions(settings({ PLACEMENT_EXCLUDE_FIELDS: [entry] }))).toHaveLength(1);
  });

  test.each(['Our store', 'a', 'x*'])('store %s', (entry) => {
    expect(checkExclusions(settings({ PLACEMENT_EXCLUDE_STORES: [entry] }))).toHaveLength(1);
  });

  test('and all of them are told at once', () => {
    const all = settings({
      PLACEMENT_EXCLUDE_STORES: ['a b'],
      PLACEMENT_EXCLUDE_ORDER_NUMBERS: ['*', '^x'],
      PLACEMENT_EXCLUDE_FIELDS: ['='],
    });
    expect(checkExclusions(all)).toHaveLength(4);
  });
});
