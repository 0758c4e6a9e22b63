export { checkSchemas } from './checkSchemas.ts';
export { createRegistry, type Registry, RegistryError, subjectOf, subjectsOf } from './registry.ts';
export { createTopics, registerSchemas, setUp, type SetUpOptions, withAdmin } from './setUp.ts';
