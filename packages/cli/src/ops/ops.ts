import type { Environment } from '@pipeline/service-kit';
import { parseArguments, UsageError, usage } from './arguments.ts';
import { listLetters } from './dlq/list.ts';
import { redrive } from './dlq/redrive.ts';
import { showLetter } from './dlq/show.ts';
import { showOrder } from './order/command.ts';
import { checkConfig, showConfigSchema, showMapping } from './map/command.ts';
import type { Output } from './output.ts';
import { replay } from './replay/command.ts';
import { opsTargetFrom } from './target.ts';

/**
 * The operator's command. Returns the exit code.
 * @throws Error whose message says what went wrong and what to check; exit code 1.
 */
export async function ops(args: readonly string[], env: Environment, output: Output): Promise<number> {
  try {
    const parsed = parseArguments(args, Date.now());
    if (parsed.command === 'help') {
      output.out(usage);
      return 0;
    }
    // These need neither Kafka nor its settings.
    if (parsed.command === 'map') return showMapping(env, parsed.options, output);
    if (parsed.command === 'config-check') return checkConfig(env, parsed.file, output);
    if (parsed.command === 'config-schema') return showConfigSchema(output);
    const target = opsTargetFrom(env);
    switch (parsed.command) {
      case 'order':
        return await showOrder(target, parsed.options, output);
      case 'list':
        return await listLetters(target, parsed.options, output);
      case 'show':
        return await showLetter(target, parsed.options, output);
      case 'redrive':
        return await redrive(target, parsed.options, output);
      case 'replay':
        return await replay(target, parsed.options, output);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    output.err(`${error.message}\n\n${usage}`);
    return 2;
  }
}
