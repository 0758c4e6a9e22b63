import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type ParsedPipelineConfig, parsePipelineConfig } from './parsePipelineConfig.ts';

/** Far more than any shop has to say. */
const MOST_BYTES = 1_000_000;

/** The pipeline.yaml at a path; that it cannot be read is a problem like any other. Read once, at the start. */
export function readPipelineConfig(file: string): ParsedPipelineConfig {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    return { problems: [`the file cannot be read (${(error as NodeJS.ErrnoException).code ?? 'unknown error'})`] };
  }
  if (Buffer.byteLength(text) > MOST_BYTES) return { problems: [`the file has more than ${MOST_BYTES} bytes`] };
  return parsePipelineConfig(text, path.dirname(file));
}
