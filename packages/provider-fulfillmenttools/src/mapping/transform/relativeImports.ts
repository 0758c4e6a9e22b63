import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';

const GAP = String.raw`(?:\s|/\*[^]*?\*/|//[^\n]*\n)*`;
/** Types are gone when the code runs, and the files that they come from need not be there. */
const TYPE_ONLY = new RegExp(
  String.raw`\b(?:import|export)\s+type\s+(?!from\s*['"])(?:\{[^}]*\}|\*(?:\s+as\s+[\w$]+)?|[\w$]+)\s*from\s*(['"])[^'"\n]*\1`,
  'g',
);
const RELATIVE = new RegExp(String.raw`\b(?:from|import|require)${GAP}\(?${GAP}(['"\`])(\.\.?/[^'"\`\n]*)\1`, 'g');

/**
 * Paths of the files that the source of a file imports by a relative path, in the order in which they stand there:
 * import, export, import() and require() of a text. What looks like one and names no file is left out.
 */
export function relativeImports(source: string, file: string): readonly string[] {
  const code = source.replace(TYPE_ONLY, '');
  return [...code.matchAll(RELATIVE)].flatMap(([, , specifier = '']) => resolve(specifier, file) ?? []);
}

function resolve(specifier: string, file: string): string | undefined {
  try {
    return createRequire(file).resolve(fileURLToPath(new URL(specifier, pathToFileURL(file))));
  } catch {
    return undefined;
  }
}
