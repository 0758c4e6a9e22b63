import { malformedPredicate, type Token, toTokens } from './tokens.ts';

export type Value = string | number | boolean;
export type Comparison = '=' | '<>' | '<' | '>' | '<=' | '>=';

/** A `where` predicate. A field is a name, or names joined by a dot where predicates were nested. */
export type Predicate =
  | { readonly op: 'and' | 'or'; readonly parts: readonly Predicate[] }
  | { readonly op: 'not'; readonly part: Predicate }
  | { readonly op: 'compare'; readonly field: string; readonly by: Comparison; readonly value: Value }
  | { readonly op: 'in' | 'containsAny' | 'containsAll'; readonly field: string; readonly values: readonly Value[] }
  | { readonly op: 'defined' | 'empty'; readonly field: string }
  | { readonly op: 'nested'; readonly field: string; readonly part: Predicate };

/** What `:name` stands for: the request's `var.name`, one value or several. */
export type Variables = Readonly<Record<string, readonly string[]>>;

/**
 * Parses the part of the predicate language that is about fields: comparisons, `in`, `contains`, `is [not] defined`,
 * `is [not] empty`, nested fields `a(b="c")`, `and`, `or`, `not`, parentheses, variables. Throws ApiError (400).
 */
export function parsePredicate(text: string, variables: Variables = {}): Predicate {
  const tokens = toTokens(text);
  let next = 0;

  const fail = (problem: string) => malformedPredicate(text, problem);
  const peek = (): Token | undefined => tokens[next];
  const isWord = (word: string, at = next) => tokens[at]?.kind === 'name' && tokens[at]?.text.toLowerCase() === word;
  const isSymbol = (symbol: string) => peek()?.kind === 'symbol' && peek()?.text === symbol;
  const take = (matches: boolean): boolean => {
    if (matches) next += 1;
    return matches;
  };
  function need(symbol: string): void {
    if (!take(isSymbol(symbol))) throw fail(`expected '${symbol}' instead of '${peek()?.text ?? 'the end'}'`);
  }

  function joined(word: 'and' | 'or', parse: () => Predicate): Predicate {
    const parts = [parse()];
    while (take(isWord(word))) parts.push(parse());
    return parts.length === 1 ? (parts[0] as Predicate) : { op: word, parts };
  }
  const either = (): Predicate => joined('or', () => joined('and', one));

  function one(): Predicate {
    if (isWord('not') && tokens[next + 1]?.text === '(') {
      next += 1;
      return { op: 'not', part: one() };
    }
    if (!take(isSymbol('('))) return condition();
    const inner = either();
    need(')');
    return inner;
  }

  function condition(): Predicate {
    const token = peek();
    if (token?.kind !== 'name') throw fail(`expected a field instead of '${token?.text ?? 'the end'}'`);
    next += 1;
    const field = token.text;
    if (take(isSymbol('('))) {
      const part = either();
      need(')');
      return { op: 'nested', field, part };
    }
    if (take(isWord('is'))) return state(field);
    if (take(isWord('in'))) return { op: 'in', field, values: list() };
    if (isWord('not') && isWord('in', next + 1)) {
      next += 2;
      return { op: 'not', part: { op: 'in', field, values: list() } };
    }
    if (take(isWord('contains'))) {
      const op = take(isWord('all')) ? 'containsAll' : take(isWord('any')) ? 'containsAny' : undefined;
      if (!op) throw fail("expected 'all' or 'any' after 'contains'");
      return { op, field, values: list() };
    }
    const symbol = peek()?.text === '!=' ? '<>' : peek()?.text;
    if (peek()?.kind !== 'symbol' || !comparisons.has(symbol ?? '')) throw fail(`'${field}' is not compared`);
    next += 1;
    const [value] = values();
    if (value === undefined) throw fail(`'${field}' is compared with nothing`);
    return { op: 'compare', field, by: symbol as Comparison, value };
  }

  function state(field: string): Predicate {
    const negated = take(isWord('not'));
    const op = take(isWord('defined')) ? 'defined' : take(isWord('empty')) ? 'empty' : undefined;
    if (!op) throw fail("expected 'defined' or 'empty' after 'is'");
    return negated ? { op: 'not', part: { op, field } } : { op, field };
  }

  function list(): readonly Value[] {
    if (peek()?.kind === 'variable') return values();
    need('(');
    const found = [...values()];
    while (take(isSymbol(','))) found.push(...values());
    need(')');
    return found;
  }

  function values(): readonly Value[] {
    const token = peek();
    next += 1;
    if (token?.kind === 'text') return [token.text];
    if (token?.kind === 'number') return [Number(token.text)];
    if (token?.kind === 'name' && /^(true|false)$/i.test(token.text)) return [token.text.toLowerCase() === 'true'];
    if (token?.kind === 'variable') {
      const found = Object.hasOwn(variables, token.text) ? variables[token.text] : undefined;
      if (!found) throw fail(`the variable '${token.text}' has no value`);
      return found;
    }
    throw fail(`expected a value instead of '${token?.text ?? 'the end'}'`);
  }

  const predicate = either();
  if (next < tokens.length) throw fail(`unexpected '${peek()?.text}'`);
  return predicate;
}

const comparisons: ReadonlySet<string> = new Set(['=', '<>', '<', '>', '<=', '>=']);
