import { describe, expect, it } from 'vitest';
import { schemasPage } from './schemasPage.ts';

const record = (name: string, fields: object[]) => ({ type: 'record', name, fields });

describe('schemasPage', () => {
  it('shows field, type, default and meaning, nested types by a link', () => {
    const part = record('Part', [{ name: 'at', type: { type: 'long', logicalType: 'timestamp-millis' }, doc: 'When' }]);
    const state = { type: 'enum', name: 'State', symbols: ['UNKNOWN', 'OPEN'], default: 'UNKNOWN' };
    const text = schemasPage([
      [
        'orders.v1',
        record('Order', [
          { name: 'note', type: ['null', 'string'], default: null },
          { name: 'parts', type: { type: 'array', items: part }, default: [] },
          { name: 'state', type: state },
          { name: 'texts', type: { type: 'map', values: 'string' } },
        ]) as never,
      ],
    ]);
    expect(text).toContain('| `note` | null or string | `null` |  |');
    expect(text).toContain('| `parts` | list of [Part](#part) | `[]` |  |');
    expect(text).toContain('| `texts` | map of string |  |  |');
    expect(text).toContain(
      '### Part\n\n| Field | Type | Default | Meaning |\n| --- | --- | --- | --- |\n| `at` | long (time) |  | When |',
    );
    expect(text).toContain('### State\n\n`UNKNOWN`, `OPEN`. Default symbol: `UNKNOWN`.');
  });

  it('shows a type that several records use once, and ends with one that holds itself', () => {
    const tree = record('Tree', [{ name: 'children', type: { type: 'array', items: 'Tree' } }]);
    const using = (name: string) => record(name, [{ name: 'tree', type: tree }]) as never;
    const text = schemasPage([
      ['a.v1', using('A')],
      ['b.v1', using('B')],
    ]);
    expect(text.match(/### Tree/g)).toHaveLength(1);
    expect(text).toContain('| `children` | list of [Tree](#tree) |');
  });

  it('links only to sections that are there', () => {
    const text = schemasPage();
    const sections = new Set([...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) => `#${title?.toLowerCase()}`));
    const links = [...text.matchAll(/\]\((#[^)]+)\)/g)].map(([, target]) => target);
    expect(links.length).toBeGreaterThan(10);
    expect(links.filter((target) => !sections.has(target ?? ''))).toEqual([]);
  });
});
