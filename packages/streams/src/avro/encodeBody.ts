import type { Type, types } from 'avsc';
import { PipelineError } from '../errors.ts';
import { HEADER_BYTES } from './wireFormat.ts';

export interface EncodeInput {
  readonly topic: string;
  readonly type: Type;
  readonly value: unknown;
  /** Refuse fields that the schema does not have. */
  readonly strict: boolean;
}

/**
 * The Avro body, behind a header that is still to be written.
 * @throws PipelineError `permanent` `unencodable` that names the fields, never their values.
 */
export function encodeBody({ topic, type, value, strict }: EncodeInput): Buffer {
  if (strict) {
    const undeclared = undeclaredFields(type, value);
    if (undeclared.length > 0) throw unencodable(topic, `the schema has no field ${undeclared.join(', ')}`);
  }
  try {
    return write(type, value);
  } catch {
    // The library's text quotes the value, so it is not kept.
    throw unencodable(topic, misfits(type, value).join('; ') || 'a number is not exact beyond 2^53');
  }
}

/** Values are written here first, as how long they get is not known before. */
const scratch = Buffer.allocUnsafeSlow(65_536);

function write(type: Type, value: unknown): Buffer {
  const end = type.encode(value, scratch, HEADER_BYTES);
  const bytes = Buffer.allocUnsafe(end < 0 ? scratch.length - end : end);
  if (end < 0) type.encode(value, bytes, HEADER_BYTES);
  else scratch.copy(bytes, 0, 0, end);
  return bytes;
}

function misfits(type: Type, value: unknown): string[] {
  const found: string[] = [];
  type.isValid(value, {
    errorHook: (path, _, expected) => found.push(`${pathText(path)} is not ${nameOf(expected)}`),
  });
  return found.slice(0, 10);
}

function undeclaredFields(type: Type, value: unknown): string[] {
  const found: string[] = [];
  type.isValid(value, {
    noUndeclaredFields: true,
    errorHook(path, part, expected) {
      if (!isRecordType(expected) || typeof part !== 'object' || part === null) return;
      const declared = new Set(expected.fields.map((field) => field.name));
      for (const name of Object.keys(part)) if (!declared.has(name)) found.push(pathText([...path, name]));
    },
  });
  return found;
}

function isRecordType(type: Type): type is types.RecordType {
  return type.typeName === 'record';
}

function nameOf(type: Type): string {
  return type.name ?? type.typeName;
}

function pathText(path: readonly string[]): string {
  return path.length === 0 ? 'the value' : path.join('.');
}

function unencodable(topic: string, why: string): PipelineError {
  return new PipelineError(
    'permanent',
    'unencodable',
    `A value for ${topic} does not fit its schema: ${why}. Fix the mapping that made it.`,
    {
      stage: 'map',
    },
  );
}
