import { parseArgs } from 'node:util';
import { defineSettings, type Environment, kafkaSettings, loadSettings } from '@pipeline/service-kit';
import { type Acl, aclsOf } from './acls.ts';
import { serviceParts } from './serviceParts.ts';

export const aclUsage = `npm run setup -- --print-acls prints the least rights of each service, for TOPIC_PREFIX and GROUP_PREFIX:
  --json                one JSON array instead of kafka-acls commands
  --shadow              of PLACEMENT, STATUS_WRITES and FACILITY_SYNC=shadow too
  --principal TEXT      {service} in it stands for the service's name (default User:{service})`;

/** Rights are about names only: neither brokers nor a registry have to be known. */
const { TOPIC_PREFIX, GROUP_PREFIX } = kafkaSettings;
const settings = defineSettings({ TOPIC_PREFIX, GROUP_PREFIX });

/**
 * Arguments after `--print-acls`, and the environment → what is printed.
 * @throws Error that names the argument, SettingsError.
 */
export function printAcls(args: readonly string[], env: Environment): string {
  const { values } = parseArgs({
    args: [...args],
    options: {
      json: { type: 'boolean', default: false },
      shadow: { type: 'boolean', default: false },
      principal: { type: 'string', default: 'User:{service}' },
    },
  });
  const { principal } = values;
  if (!/^[A-Za-z]+:./.test(principal)) throw new Error('--principal must begin with its type, as in User:{service}.');
  const names = loadSettings(settings, env);
  const acls = aclsOf(
    serviceParts.filter(({ part }) => values.shadow || part !== 'shadow'),
    {
      topicPrefix: names.TOPIC_PREFIX,
      groupPrefix: names.GROUP_PREFIX,
      principalOf: (service) => principal.replaceAll('{service}', service),
    },
  );
  return values.json ? JSON.stringify(acls, null, 2) : toCommands(acls);
}

/** A script for a POSIX shell. */
export function toCommands(acls: readonly Acl[]): string {
  const lines = acls.map((acl, index) => {
    const title = acl.service === acls[index - 1]?.service ? [] : ['', `# ${acl.service}`];
    return [...title, ...(acl.required ? [] : ['# recommended, not needed']), toCommand(acl)].join('\n');
  });
  return [
    '# KAFKA_BROKERS: a broker. ADMIN_PROPERTIES: a file with the client settings of a principal that may alter ACLs.',
    ...lines,
  ].join('\n');
}

function toCommand({ principal, resource, name, pattern, operation }: Acl): string {
  const prefixed = pattern === 'prefixed' ? ' --resource-pattern-type prefixed' : '';
  return (
    'kafka-acls.sh --bootstrap-server "$KAFKA_BROKERS" --command-config "$ADMIN_PROPERTIES" --add ' +
    `--allow-principal ${quoted(principal)} --operation ${operation} --${resource} ${quoted(name)}${prefixed}`
  );
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;
