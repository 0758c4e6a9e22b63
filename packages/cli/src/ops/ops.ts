import type { Environment } from '@pipeline/service-kit';
import { parseArguments, UsageError, usage } from './arguments.ts';
import { backfill } from './backfill/command.ts';
import { askOrders } from './catch-up/askOrders.ts';
import { catchUp } from './catch-up/command.ts';
import { auditChannels } from './channels/auditCommand.ts';
import { syncChannels } from './channels/command.ts';
import { importConfig } from './config/importConfig.ts';
import { listLetters } from './dlq/list.ts';
import { redrive } from './dlq/redrive.ts';
import { showLetter } from './dlq/show.ts';
import { importEvents } from './export-files/command.ts';
import { showOrder } from './order/command.ts';
import { checkConfig, showConfigSchema, showMapping } from './map/command.ts';
import { mapFromTopic } from './map/fromTopic.ts';
import type { Output } from './output.ts';
import { replay } from './replay/command.ts';
import { opsTargetFrom } from './target.ts';

/**
 * The operator's command. Returns the exit code: 2 for wrong arguments, which are checked before any setting.
 * @throws SettingsError for settings that are missing or malformed, exit code 2; Error whose message says what went wrong
 *   and what to check, exit code 1.
 */
export async function ops(args: readonly string[], env: Environment, output: Output): Promise<number> {
  try {
    const parsed = parseArguments(args, Date.now());
    if (parsed.command === 'help') {
      output.out(usage);
      return 0;
    }
    // These need neither Kafka nor its settings.
    if (parsed.command === 'map') return await showMapping(env, parsed.options, output);
    if (parsed.command === 'config-check') return await checkConfig(env, parsed.file, output);
    if (parsed.command === 'config-import') return await importConfig(env, output);
    if (parsed.command === 'config-schema') return showConfigSchema(output);
    if (parsed.command === 'channels-sync') return await syncChannels(env, parsed.options, output);
    if (parsed.command === 'channels-audit') return await auditChannels(env, parsed.options, output);
    if (parsed.command === 'backfill') return await backfill(env, parsed.options, output);
    const target = opsTargetFrom(env);
    switch (parsed.command) {
      case 'order':
        return await showOrder({ env, target }, parsed.options, output);
      case 'list':
        return await listLetters(target, parsed.options, output);
      case 'show':
        return await showLetter(target, parsed.options, output);
      case 'redrive':
        return await redrive(target, parsed.options, output);
      case 'map-topic':
        return await mapFromTopic({ env, target }, parsed.options, output);
      case 'replay':
        return await replay(target, parsed.options, output);
      case 'catch-up':
        return await catchUp({ env, target }, parsed.options, output);
      case 'catch-up-orders':
        return await askOrders({ env, target }, parsed.options, output);
      case 'import-events':
        return await importEvents(target, parsed.options, output);
    }
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    // After more than a screen of help nobody sees what was wrong.
    output.err(`${error.message}\nAll commands and their arguments: npm run ops -- --help`);
    return 2;
  }
}
