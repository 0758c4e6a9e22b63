import {
  commercetoolsSettings,
  engineSettings,
  fulfillmenttoolsSettings,
  ingestSettings,
  kafkaSettings,
  opsSettings,
  registrySettings,
  type SettingDefinitions,
  toReference,
} from '@pipeline/service-kit';
import { code, generatedFrom, page } from './markdown.ts';
import type { DescribedService } from './services.ts';

type NamedGroup = readonly [title: string, definitions: SettingDefinitions];

const ofBrokers = Object.fromEntries(
  Object.entries<SettingDefinitions[string]>(kafkaSettings).filter(([name]) => !Object.hasOwn(registrySettings, name)),
);

const groups: readonly NamedGroup[] = [
  ['Kafka', ofBrokers],
  ['Schema registry', registrySettings],
  ['Operation', opsSettings],
  ['Ingest endpoint', ingestSettings],
  ['commercetools', commercetoolsSettings],
  ['fulfillmenttools', fulfillmenttoolsSettings],
  ['Stream engine', engineSettings],
];

const intro = `# Settings

Every setting is an environment variable. For each of them \`NAME_FILE\` may name a file that holds the value instead,
e.g. a mounted secret; giving both is an error. An empty variable counts as not given, and a variable that no service
declares is ignored.

A service that finds a problem prints all problems at once, without any value, and ends with exit code 2. With \`--check\`
it does only that: exit code 0 and \`settings are valid\` when there is none. A duration is written \`1500\`, \`1500ms\`,
\`5s\`, \`5m\`, \`2h\` or \`2d\`; its default is shown in milliseconds. A list has commas between its parts. Secrets of
the ingest endpoints have at least 32 characters.`;

const commands = `## Commands and the sandbox

\`npm run setup\` and \`npm run schemas\` read the settings of Kafka and the schema registry above. \`npm start\` and the
integration tests read:

| Name | Meaning |
| --- | --- |
| \`KAFKA_BROKERS\`, \`SCHEMA_REGISTRY_URL\` | A broker and a registry that run already; both or none. For \`npm start\` with the settings above that let it in; it creates and deletes topics. |
| \`SANDBOX_KAFKA\` | \`external\`, \`docker\` or \`maven\`: this way to a broker and no other. |`;

/** The page of all settings: what services share once, then what each has beside that. */
export function settingsPage(
  services: readonly DescribedService[],
  sharedGroups: readonly NamedGroup[] = groups,
): string {
  const shared = new Set(sharedGroups.flatMap(([, definitions]) => Object.keys(definitions)));
  return page(
    generatedFrom('the services’ `config.ts`'),
    intro,
    ...sharedGroups.flatMap(([title, definitions]) => [
      `## ${title}`,
      usedBy(definitions, services),
      toReference(definitions),
    ]),
    ...services.flatMap(({ name, settings }) => [`## Only ${name}`, toReference(withoutNames(settings, shared))]),
    commands,
  );
}

function usedBy(definitions: SettingDefinitions, services: readonly DescribedService[]): string {
  const uses = services.flatMap((service) => {
    const names = Object.keys(definitions).filter((name) => Object.hasOwn(service.settings, name));
    if (names.length === 0) return [];
    const limits = [...onlySome(names, definitions), ...conditionOf(names, service)];
    return [limits.length > 0 ? `${service.name} (${limits.join('; ')})` : service.name];
  });
  return `Used by ${uses.join(', ')}.`;
}

const onlySome = (names: readonly string[], definitions: SettingDefinitions): string[] =>
  names.length < Object.keys(definitions).length ? [`only ${names.map(code).join(', ')}`] : [];

function conditionOf(names: readonly string[], { settings }: DescribedService): string[] {
  const conditions = names.flatMap((name) => settings[name]?.requiredWhen ?? []);
  return [...new Set(conditions.map(({ name, value }) => `required when ${code(name)} has ${code(value)}`))];
}

const withoutNames = (settings: SettingDefinitions, names: ReadonlySet<string>): SettingDefinitions =>
  Object.fromEntries(Object.entries(settings).filter(([name]) => !names.has(name)));
