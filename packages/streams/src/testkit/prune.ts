import type { JsonShape } from '../sparseJson.ts';

/** What a shape wants of a parsed value: what `parseSparsely` must have read of its bytes. */
export function prune(value: unknown, wanted: JsonShape): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((part) => prune(part, wanted));
  const found: Record<string, unknown> = {};
  for (const [name, content] of Object.entries(value)) {
    const how = wanted.get(name);
    if (how !== undefined) found[name] = how === 'whole' ? content : prune(content, how);
  }
  return found;
}
