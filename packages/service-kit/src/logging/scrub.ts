const longest = 500;

const patterns: readonly (readonly [RegExp, string])[] = [
  // What V8 quotes of the text that JSON.parse refused.
  [
    /(Unexpected (?:non-whitespace character|token|end|number|string)[^\n]{0,20}?,?) ?(?:\.{3})?".*"(?:\.{3})? is not valid JSON/gs,
    '$1 [text] is not valid JSON',
  ],
  [/"[^\n]*" is not valid JSON/g, '[text] is not valid JSON'],
  [/\b(Bearer|Basic)\s+[\w.~+/=-]+/gi, '$1 [secret]'],
  [/\beyJ[\w-]+\.[\w-]+\.[\w-]*/g, '[token]'],
  [/([?&](?:token|key|secret|password|access_token|code)=)[^&\s"']+/gi, '$1[secret]'],
  [/(\/\/)[^/\s:@]+:[^/\s@]+@/g, '$1[secret]@'],
  [/[\p{L}\p{N}._%+'-]+@[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+/gu, '[email]'],
];

/** No pattern finds anything in a text without one of these: nearly every id and constant is done with at one look. */
const SUSPICIOUS = /["=@]|eyJ|bearer|basic/i;

/**
 * A text that came from elsewhere (an error's message, a reason), fit for a log: cut to 500 characters, without e-mail
 * addresses, credentials and quoted input as far as they can be recognised. The second line of defence: no message of
 * ours holds any.
 */
export function scrub(text: string): string {
  const short = text.length > 2 * longest ? text.slice(0, 2 * longest) : text;
  const clean = SUSPICIOUS.test(short) ? replaceAll(short) : short;
  return clean.length > longest ? `${clean.slice(0, longest)}…` : clean;
}

/** Every pattern, without a look whether it is worth while. For tests: the result is the same. */
export const replaceAll = (text: string): string =>
  patterns.reduce((result, [pattern, replacement]) => result.replaceAll(pattern, replacement), text);
