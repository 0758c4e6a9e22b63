import { parse } from 'yaml';

export interface Blocks {
  /** Every path of the API. */
  readonly paths: readonly string[];
  /** What stands under a path, or under the name of a schema; undefined: there is none. */
  readPath(path: string): unknown;
  readSchema(name: string): unknown;
}

/**
 * The paths and schemas of an OpenAPI file, each parsed when it is asked for: all of the vendor's takes a YAML parser ten
 * seconds, the handful that a test needs none. The file must be indented by two.
 */
export function indexBlocks(text: string): Blocks {
  const lines = text.split('\n');
  const starts = new Map<string, number>();
  let parents: string[] = [];
  for (const [at, line] of lines.entries()) {
    const [, indent = '', key] = /^( {0,2}|    )([^\s#-].*):(?:$|\s)/.exec(line) ?? [];
    if (key === undefined || indent.length === 1) continue;
    parents = [...parents.slice(0, indent.length / 2), key.replaceAll(/^['"]|['"]$/g, '')];
    starts.set(parents.join(' '), at);
  }
  const parsed = new Map<string, unknown>();

  function read(name: string): unknown {
    const start = starts.get(name);
    if (start === undefined) return undefined;
    const depth = indentOf(lines[start]);
    const length = lines.slice(start + 1).findIndex((line) => line.trim() !== '' && indentOf(line) <= depth);
    const end = length < 0 ? lines.length : start + 1 + length;
    if (!parsed.has(name)) parsed.set(name, parse(lines.slice(start + 1, end).join('\n')));
    return parsed.get(name);
  }

  return {
    paths: [...starts.keys()].flatMap((name) => /^paths (\/\S*)$/.exec(name)?.[1] ?? []),
    readPath: (path) => read(`paths ${path}`),
    readSchema: (name) => read(`components schemas ${name}`),
  };
}

const indentOf = (line = ''): number => line.length - line.trimStart().length;
