import type { Topic } from '@pipeline/schemas';
import type { ServicePart } from './serviceParts.ts';

/** One right of one principal, in the words of Kafka's own tools. Read and Write include Describe. */
export interface Acl {
  readonly service: string;
  /** Parts of the service that need it. */
  readonly parts: readonly string[];
  readonly principal: string;
  readonly resource: 'topic' | 'group' | 'transactional-id';
  readonly name: string;
  readonly pattern: 'literal' | 'prefixed';
  readonly operation: 'Read' | 'Write' | 'DescribeConfigs';
  /** false: without it the service works, but does not see at the start that its state topic is not compacted. */
  readonly required: boolean;
}

export interface AclOptions {
  readonly topicPrefix: string;
  readonly groupPrefix: string;
  /** Service → principal. */
  readonly principalOf: (service: string) => string;
}

type Right = Pick<Acl, 'resource' | 'name' | 'pattern' | 'operation' | 'required'>;

/**
 * The least rights with which these parts run. Nothing on the cluster: brokers from 3.0 on let whoever may write to a
 * topic produce idempotently.
 */
export function aclsOf(parts: readonly ServicePart[], options: AclOptions): Acl[] {
  const acls = new Map<string, Acl>();
  for (const part of parts) {
    const { service } = part;
    for (const right of rightsOf(part, options)) {
      const key = [service, right.resource, right.name, right.operation].join('\n');
      const parts = [...(acls.get(key)?.parts ?? []), part.part];
      acls.set(key, { service, parts, principal: options.principalOf(service), ...right });
    }
  }
  return [...acls.values()];
}

function rightsOf({ group, reads, writes, owns }: ServicePart, { topicPrefix, groupPrefix }: AclOptions): Right[] {
  const onTopic = (operation: Acl['operation'], required = true) => {
    return ({ name }: Topic): Right => ({
      resource: 'topic',
      name: `${topicPrefix}${name}`,
      pattern: 'literal',
      operation,
      required,
    });
  };
  const onGroup = (name: string): Right => ({
    resource: 'group',
    name: `${groupPrefix}${name}`,
    pattern: 'literal',
    operation: 'Read',
    required: true,
  });
  // One transactional id for each partition: `<topic>-<partition>`.
  const onTransactions = ({ name }: Topic): Right => ({
    resource: 'transactional-id',
    name: `${topicPrefix}${name}-`,
    pattern: 'prefixed',
    operation: 'Write',
    required: true,
  });
  return [
    ...[...reads, ...owns].map(onTopic('Read')),
    ...[...writes, ...owns].map(onTopic('Write')),
    ...owns.map(onTopic('DescribeConfigs', false)),
    ...(group === undefined ? [] : [onGroup(group)]),
    ...owns.map(onTransactions),
  ];
}
