export { type Acl, type AclOptions, aclsOf } from './access/acls.ts';
export { printAcls } from './access/printAcls.ts';
export { type ServicePart, serviceParts } from './access/serviceParts.ts';
export { checkSchemas } from './checkSchemas.ts';
export { type Target, targetFrom } from './environment.ts';
export { createRegistry, type Registry, RegistryError, subjectOf, subjectsOf } from './registry.ts';
export { createTopics, registerSchemas, setUp, type SetUpOptions, withAdmin } from './setUp.ts';
export { deleteSubjects, deleteTopics, removalByHand, tearDown, type TearDownOptions } from './tearDown.ts';
