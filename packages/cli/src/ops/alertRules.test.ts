import { globSync, readFileSync } from 'node:fs';
import { type MetricDefinition, metricsCatalogue } from '@pipeline/service-kit';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const read = (path: string): string => readFileSync(new URL(`../../../../${path}`, import.meta.url), 'utf8');

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly labels: { readonly severity?: string };
  readonly annotations: Readonly<Record<'summary' | 'description' | 'runbook_url', string>>;
}

const { groups } = parse(read('deploy/prometheus/alerts.yml')) as { groups: { rules: Rule[] }[] };
const rules = groups.flatMap((group) => group.rules);
const guide = read('docs/guides/on-call.md');

/** As the scrape configuration sets them. */
const scraped = ['job', 'instance'];

const catalogue: ReadonlyMap<string, MetricDefinition> = new Map(
  Object.values(metricsCatalogue).map((metric) => [metric.name, metric]),
);
const definitionOf = (name: string): MetricDefinition | undefined => {
  const histogram = catalogue.get(name.replace(/_(bucket|sum|count)$/, ''));
  return catalogue.get(name) ?? (histogram?.type === 'histogram' ? histogram : undefined);
};

/** Metrics of an expression with the labels that it matches. */
const selectorsOf = (expr: string): { name: string; labels: string[] }[] =>
  [...expr.matchAll(/\b(pipeline_\w+)(?:\{([^}]*)\})?/g)].map(([, name = '', matchers = '']) => ({
    name,
    labels: [...matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)/g)].map(([, label = '']) => label),
  }));

const groupedBy = (expr: string): string[] =>
  [...expr.matchAll(/\b(?:by|without|on|ignoring)\s*\(([^)]*)\)/g)].flatMap(([, list = '']) =>
    list.split(',').map((label) => label.trim()),
  );

const used = (text: string): string[] => [...text.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label);

/** As GitHub makes them of a heading. */
const anchors = [...guide.matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
  heading
    .toLowerCase()
    .replace(/[^\w\- ]/g, '')
    .replaceAll(' ', '-'),
);

const vendorAdapters = ['packages/provider-fulfillmenttools/src', 'packages/platform-commercetools/src'];

/** What commercetools calls its 401 and 403. */
const codesOfCommercetools = ['invalid_token', 'insufficient_scope'];

/**
 * Codes of the errors of class `auth` that the sources make, by what such places look like; throws where one looks
 * otherwise. Where the code is the answer's own, it is that of an answer without one.
 */
const authCodes = (folder: string): string[] =>
  globSync('**/*.ts', { cwd: new URL(`../../../../${folder}`, import.meta.url) })
    .filter((file) => !/\.test\.ts$|(^|\/)testing\//.test(file))
    .flatMap((file) => {
      const source = read(`${folder}/${file}`);
      const prefixes = [...source.matchAll(/= toFailures\(\s*[^,]+,\s*'([\w-]+)',?\s*\)/g)].map(([, prefix]) => prefix);
      return [...source.matchAll(/(.*)'auth'(?:,\s*(?:code: )?(?:'([\w-]+)'|code),)?/g)].flatMap((match) => {
        const [line, before = '', code] = match;
        if (/===\s*$/.test(before)) return [];
        if (code && /(new PipelineError\(|refused\(|signInFailure\(|errorClass: )$/.test(before)) return [code];
        if (code && /toFailure\($/.test(before) && prefixes[0]) return prefixes.map((prefix) => `${prefix}-${code}`);
        const status = [...source.slice(0, match.index).matchAll(/if \(status === (\d+)\)/g)].at(-1)?.[1];
        if (line.endsWith(', code,') && status) return [`http-${status}`];
        throw new Error(`${folder}/${file}: which code has ${line.trim()}?`);
      });
    });

describe('alert rules', () => {
  it('have a name of their own each', () => {
    expect(new Set(rules.map(({ alert }) => alert)).size).toBe(rules.length);
  });

  it.each(rules)('$alert names only metrics of the catalogue, with labels that they have', ({ expr }) => {
    const selectors = selectorsOf(expr);
    expect(selectors).not.toEqual([]);
    for (const { name, labels } of selectors) {
      const definition = definitionOf(name);
      expect([name, definition?.name]).toEqual([name, name.replace(/_(bucket|sum|count)$/, '')]);
      expect([...(definition?.labels ?? []), ...scraped]).toEqual(expect.arrayContaining(labels));
    }
  });

  it.each(rules)('$alert groups by and tells of labels that are there', ({ expr, annotations }) => {
    const known = [...selectorsOf(expr).flatMap(({ name }) => definitionOf(name)?.labels ?? []), ...scraped];
    expect(known).toEqual(expect.arrayContaining(groupedBy(expr)));
    expect(groupedBy(expr)).toEqual(expect.arrayContaining(used(annotations.summary + annotations.description)));
  });

  it.each(rules)('$alert says what, how bad, what next, and where to read on', ({ labels, annotations }) => {
    expect(['critical', 'warning']).toContain(labels.severity);
    expect(annotations.summary.length).toBeGreaterThan(0);
    expect(annotations.description.length).toBeGreaterThan(60);
    const [page, anchor] = annotations.runbook_url.split('#');
    expect(page).toBe('docs/guides/on-call.md');
    expect(anchors).toContain(anchor);
  });

  it('name codes of retries that the guide explains', () => {
    const codes = rules.flatMap(({ expr }) =>
      [...expr.matchAll(/code=~"([^"]+)"/g)].flatMap(([, list = '']) => list.split('|')),
    );
    expect(codes).not.toEqual([]);
    for (const code of codes) expect(guide).toContain(`\`${code}\``);
  });

  it('tell of every refusal of our credentials that a vendor’s adapter throws', () => {
    const made = vendorAdapters.flatMap(authCodes);
    // One of each look, so that none is overlooked.
    expect(made).toEqual(expect.arrayContaining(['provider-forbidden', 'token-refused', 'scope-missing']));
    expect(made).toEqual(expect.arrayContaining(['sign-in-refused', 'token-exchange-refused', 'http-401', 'http-403']));
    const alert = rules.find((rule) => rule.alert === 'PipelineAccessRefused');
    const told = new RegExp(`^(?:${/code=~"([^"]+)"/.exec(alert?.expr ?? '')?.[1] ?? ''})$`);
    expect([...made, ...codesOfCommercetools].filter((code) => !told.test(code))).toEqual([]);
  });

  it('are checked by promtool with a file that names each of them', () => {
    const tests = read('deploy/prometheus/alerts.test.yml');
    for (const { alert } of rules) expect(tests).toContain(alert);
  });
});

it('every metric of the guide is in the catalogue', () => {
  const names = [...guide.matchAll(/\bpipeline_\w+/g)].map(([name]) => name);
  expect(names.filter((name) => !definitionOf(name))).toEqual([]);
});
