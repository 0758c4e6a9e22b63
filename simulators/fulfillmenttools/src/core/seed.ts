/** FNV-1a: a seed for one thing among many, the same whatever happened to the others before. */
export const seedOf = (...parts: readonly (string | number)[]): number =>
  [...parts.join(' ')].reduce(
    (hash, letter) => Math.imul(hash ^ (letter.codePointAt(0) ?? 0), 0x01_00_01_93) >>> 0,
    0x81_1c_9d_c5,
  );
