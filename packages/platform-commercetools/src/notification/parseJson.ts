/** @throws SyntaxError or TypeError when it is not JSON in UTF-8. It may nest as deep as it likes: parsing does not recurse. */
export function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}
