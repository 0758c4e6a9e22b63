import { invalidInput } from '../errors.ts';

export type Token =
  | { readonly kind: 'name' | 'symbol' | 'variable'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'number'; readonly text: string };

const pattern =
  /\s*(?:(?<text>"(?:[^"\\]|\\.)*")|(?<number>-?\d+(?:\.\d+)?)|:(?<variable>\w+)|(?<name>[A-Za-z_][\w-]*|`[^`]+`)|(?<symbol><>|!=|<=|>=|[=<>(),.]))/y;

/** Throws ApiError (400) at the first character that belongs to no token. */
export function toTokens(predicate: string): readonly Token[] {
  const tokens: Token[] = [];
  const end = predicate.trimEnd().length;
  pattern.lastIndex = 0;
  while (pattern.lastIndex < end) {
    const at = pattern.lastIndex;
    const groups = pattern.exec(predicate)?.groups;
    if (!groups) throw malformedPredicate(predicate, `unexpected character at ${at + 1}`);
    tokens.push(toToken(groups, predicate));
  }
  return tokens;
}

function toToken({ text, number, variable, name, symbol }: Record<string, string | undefined>, all: string): Token {
  if (text !== undefined) return { kind: 'text', text: unescape(text, all) };
  if (number !== undefined) return { kind: 'number', text: number };
  if (variable !== undefined) return { kind: 'variable', text: variable };
  if (name !== undefined) return { kind: 'name', text: name.replaceAll('`', '') };
  return { kind: 'symbol', text: symbol ?? '' };
}

function unescape(text: string, all: string): string {
  try {
    return JSON.parse(text) as string;
  } catch {
    throw malformedPredicate(all, `the text ${text} is malformed`);
  }
}

export const malformedPredicate = (predicate: string, problem: string) =>
  invalidInput(`Malformed parameter: where: Syntax error while parsing '${predicate}': ${problem}.`);
