import { randomFillSync } from 'node:crypto';

const pattern = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(-.*)?$/;

/** W3C Trace Context, section 3.2: version 00 has exactly four fields, later versions may append some. */
export function isTraceparent(text: unknown): text is string {
  if (typeof text !== 'string' || text.length > 256 || !pattern.test(text)) return false;
  return !text.startsWith('00-') || text.length === 55;
}

/** Starts a trace, sampled. */
export function newTraceparent(): string {
  return `00-${randomHex()}${randomHex()}-${randomHex()}-01`;
}

/** Next span of the same trace, with its sampling flag; a new trace when the parent is absent or invalid. */
export function childTraceparent(parent?: string): string {
  if (!isTraceparent(parent)) return newTraceparent();
  const sampled = Number.parseInt(parent.slice(53, 55), 16) & 1;
  return `00${parent.slice(2, 36)}${randomHex()}-0${sampled}`;
}

const drawn = Buffer.alloc(4_096);
let next = drawn.length;

/** 64 random bits, which are drawn by the hundred: one at a time they cost ten times as much. */
function randomHex(): string {
  if (next === drawn.length) {
    randomFillSync(drawn);
    next = 0;
  }
  next += 8;
  return drawn.toString('hex', next - 8, next);
}
