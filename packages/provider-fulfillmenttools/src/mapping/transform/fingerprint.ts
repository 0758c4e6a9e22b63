import { createHash } from 'node:crypto';

export const fingerprintOf = (source: Buffer): string => createHash('sha256').update(source).digest('hex');
