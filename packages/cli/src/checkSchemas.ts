import { allTopics } from '@pipeline/schemas';
import type { RegistryAccess } from '@pipeline/streams/avro';
import { createRegistry, subjectsOf } from './registry.ts';

export interface CheckOptions extends RegistryAccess {
  readonly prefix: string;
  readonly log: (line: string) => void;
}

/**
 * Asks the registry whether every schema may follow what is registered; registers nothing.
 * @throws Error that lists the schemas which may not, with the registry's reasons.
 */
export async function checkSchemas({ prefix, log, ...access }: CheckOptions): Promise<void> {
  const registry = createRegistry(access);
  const refused: string[] = [];
  for (const { subject, schema } of subjectsOf(prefix, allTopics)) {
    const answer = await registry.check(subject, schema);
    log(`${subject}: ${answer.verdict}`);
    if (answer.verdict === 'incompatible') refused.push(`${subject}: ${answer.reasons.join('; ')}`);
  }
  if (refused.length > 0) {
    throw new Error(
      `Incompatible with what is registered:\n- ${refused.join('\n- ')}\n` +
        'Add fields with a default, never change or remove one without; otherwise it is a new topic (v2).',
    );
  }
}
