/** Rows of cells → a Markdown table. Bars and line breaks in a cell cannot break it. */
export function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [header.map(toCell), header.map(() => '---'), ...rows.map((row) => row.map(toCell))];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

export const code = (text: string): string => `\`${text}\``;

/** Blocks with a blank line between them, and a newline at the end. */
export const page = (...blocks: readonly string[]): string => `${blocks.map((block) => block.trim()).join('\n\n')}\n`;

/** First block of each generated page. */
export const generatedFrom = (source: string): string =>
  `<!-- Generated from ${source} by \`npm run docs\`. Do not edit. -->`;

/** Milliseconds in the largest unit that has no remainder, e.g. `14 d`; -1: for ever. */
export function duration(ms: number): string {
  if (ms === -1) return 'for ever';
  const [unit, size] = units.find(([, length]) => ms % length === 0 && ms >= length) ?? ['ms', 1];
  return `${ms / size} ${unit}`;
}

const units: readonly (readonly [string, number])[] = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
];

/** Bytes in the largest binary unit that has no remainder, e.g. `2 MiB`. */
export function bytes(count: number): string {
  if (count >= 1_048_576 && count % 1_048_576 === 0) return `${count / 1_048_576} MiB`;
  return count >= 1_024 && count % 1_024 === 0 ? `${count / 1_024} KiB` : `${count} B`;
}

function toCell(text: string): string {
  return text.replaceAll(/(?<!\\)\|/g, '\\|').replaceAll(/\s*\n\s*/g, ' ');
}
