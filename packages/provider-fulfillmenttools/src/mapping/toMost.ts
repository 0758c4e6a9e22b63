import type { TakeNote } from './notes.ts';

/** Most codes, and most tags, that the vendor takes of an order or a line. */
const MOST = 500;

/** The first ones; that there are more is a warning. */
export function toMost<Item>(
  items: readonly Item[],
  { field, note }: { readonly field: string; readonly note: TakeNote },
): readonly Item[] {
  if (items.length <= MOST) return items;
  note({ kind: 'warning', code: 'too-many', field, text: `More than ${MOST}: ${items.length - MOST} are left out.` });
  return items.slice(0, MOST);
}
