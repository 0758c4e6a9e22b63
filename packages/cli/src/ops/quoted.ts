/** A word of a command that is there to be copied into a shell: keys, numbers and paths come from outside. */
export const quoted = (text: string): string =>
  /^[\w.:@/-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
