/** Keys as they lie in a record: a first byte that says how, then the 16 bytes of a UUID, or any other key as UTF-8. */
const TEXT = 0;
const UUID = 1;
const UUID_CHARACTERS = 36;
const UUID_BYTES = 16;
const isHyphenAt = (index: number): boolean => index === 8 || index === 13 || index === 18 || index === 23;

/** So many bytes a key may take. */
export const maxKeyBytes = (key: string): number => 1 + 3 * key.length;

/** Says how many bytes it wrote. */
export function writeKey(key: string, to: Buffer): number {
  if (writeUuid(key, to)) return 1 + UUID_BYTES;
  to[0] = TEXT;
  return 1 + to.write(key, 1);
}

/** Order ids are UUIDs in small letters: less than half of the bytes. Anything that would not be read back so is text. */
function writeUuid(key: string, to: Buffer): boolean {
  if (key.length !== UUID_CHARACTERS) return false;
  to[0] = UUID;
  let digits = 0;
  let high = 0;
  for (let index = 0; index < UUID_CHARACTERS; index++) {
    const code = key.charCodeAt(index);
    if (isHyphenAt(index)) {
      if (code !== 0x2d) return false;
      continue;
    }
    const digit = toDigit(code);
    if (digit < 0) return false;
    if (digits % 2 === 0) high = digit << 4;
    else to[1 + (digits >> 1)] = high | digit;
    digits++;
  }
  return true;
}

function toDigit(code: number): number {
  if (code >= 0x30 && code <= 0x39) return code - 0x30;
  return code >= 0x61 && code <= 0x66 ? code - 0x57 : -1;
}

export function readKey(bytes: Buffer): string {
  if (bytes[0] !== UUID) return bytes.toString('utf8', 1);
  const hex = bytes.toString('hex', 1);
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
