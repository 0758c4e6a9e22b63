/** Where a command speaks: results to `out`, everything else to `err`. */
export interface Output {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Asks a person; undefined: there is nobody to ask. */
  readonly ask?: ((question: string) => Promise<string>) | undefined;
}

/** Offsets are bigint, which JSON does not know: as text, for they pass 2^53 in principle. */
export const toJson = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) => (typeof part === 'bigint' ? String(part) : part), 2);

/** What comes from outside must not steer the terminal. Line breaks and tabs stay. */
export const toPrintable = (text: string): string =>
  text.replace(/[\p{Cc}\p{Cf}]/gu, (found) => ('\n\t'.includes(found) ? found : '\uFFFD'));

/** The services' words for what does not answer, without that it is asked again: a command that has ended does not. */
export const withoutAskingAgain = (message: string): string => message.replace('; it is asked again.', '.');
