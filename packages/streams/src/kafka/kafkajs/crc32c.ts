const POLYNOMIAL = 0x82f63b78;
/** Bytes that are taken at once. */
const STEP = 8;

/** Table n: the remainder of each byte when n zero bytes follow it. One after another, 256 numbers each. */
const tables = new Int32Array(STEP * 256);
for (let byte = 0; byte < 256; byte++) {
  let remainder = byte;
  for (let bit = 0; bit < 8; bit++) remainder = remainder & 1 ? POLYNOMIAL ^ (remainder >>> 1) : remainder >>> 1;
  tables[byte] = remainder;
}
for (let at = 256; at < tables.length; at++) {
  const before = look(at - 256);
  tables[at] = look(before & 0xff) ^ (before >>> 8);
}

function look(at: number): number {
  return tables[at] as number;
}

/**
 * The checksum of a record batch (CRC-32C, unsigned), eight bytes at a time: kafkajs takes them one by one, 150 us for
 * 15 KB instead of 17. What it reads it does not check.
 */
export function crc32c(bytes: Uint8Array): number {
  const at = (index: number): number => bytes[index] as number;
  let crc = -1;
  let index = 0;
  for (; index + STEP <= bytes.length; index += STEP) {
    crc ^= at(index) | (at(index + 1) << 8) | (at(index + 2) << 16) | (at(index + 3) << 24);
    crc =
      look(7 * 256 + (crc & 0xff)) ^
      look(6 * 256 + ((crc >>> 8) & 0xff)) ^
      look(5 * 256 + ((crc >>> 16) & 0xff)) ^
      look(4 * 256 + (crc >>> 24)) ^
      look(3 * 256 + at(index + 4)) ^
      look(2 * 256 + at(index + 5)) ^
      look(256 + at(index + 6)) ^
      look(at(index + 7));
  }
  for (; index < bytes.length; index++) crc = look((crc ^ at(index)) & 0xff) ^ (crc >>> 8);
  return (crc ^ -1) >>> 0;
}
