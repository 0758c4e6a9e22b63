import { createInterface } from 'node:readline/promises';

/** Where a person sits. (Default: this terminal, what is asked to stderr) */
export interface Terminal {
  readonly input: NodeJS.ReadableStream;
  readonly output: NodeJS.WritableStream;
  readonly terminal?: boolean;
}

/** Asks a person. Ctrl-C is an empty answer: nobody has said yes, and the command says what it did not do. */
export async function ask(
  question: string,
  at: Terminal = { input: process.stdin, output: process.stderr },
): Promise<string> {
  const asking = createInterface(at);
  try {
    return await asking.question(question);
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') throw error;
    at.output.write('\n');
    return '';
  } finally {
    asking.close();
  }
}
