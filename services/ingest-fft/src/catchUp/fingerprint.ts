/** FNV-1a of a text in 31 bits: a small integer, of which a list takes eight bytes each. */
export function fingerprint(text: string): number {
  let hash = 0x81_1c_9d_c5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01_00_01_93);
  return (hash ^ (hash >>> 15)) >>> 1;
}
