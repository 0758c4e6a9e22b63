import { toFields, toList, toText } from '../fields.ts';

const MAX_BYTES = 1_024;

/**
 * The vendor's own words about a refused request: summary and description of each entry of its ApiError, at most 1 KiB,
 * on one line, e-mail addresses blotted out. '' when the answer holds none.
 */
export function toVendorText(body: unknown): string {
  const entries = Array.isArray(body) ? toList(body) : [toFields(body), toFields(toFields(body).error)];
  const texts = entries.flatMap((entry) => {
    const parts = [entry.summary, entry.description, entry.message].flatMap((part) => toText(part) ?? []);
    return parts.length > 0 ? [parts.join(': ')] : [];
  });
  const line = texts
    .join('; ')
    .slice(0, 4 * MAX_BYTES)
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(/[^\s"'<>,;:@]{1,64}@[^\s"'<>,;:]{1,255}/gu, '<e-mail>')
    .trim();
  return cut(line);
}

function cut(line: string): string {
  const bytes = Buffer.from(line);
  if (bytes.length <= MAX_BYTES) return line;
  return `${bytes
    .subarray(0, MAX_BYTES - 3)
    .toString()
    .replace(/\uFFFD+$/u, '')}…`;
}

/** Does the answer say that the version sent was not the present one? */
export function isVersionConflict(body: unknown): boolean {
  return toList(body).some((entry) => typeof entry.version === 'number' || typeof entry.requestVersion === 'number');
}
