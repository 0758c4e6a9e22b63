import type { Change, Difference } from './difference.ts';
import type { TopicReport } from './fromTopic.ts';

const words: Readonly<Record<Change, string>> = {
  added: '+',
  removed: '-',
  changed: '~',
  refused: 'can no longer be sent:',
  accepted: 'can be sent now, before:',
  'left-out': 'left out:',
};

/** The report in lines. */
export function describeTally(report: TopicReport, { values }: { readonly values: boolean }): string[] {
  const { mapping, comparedWith, compared, differing, kinds, orders, withoutOrder, unreadable } = report;
  const alone = comparedWith === null;
  const say = (change: Change): string => (alone && change === 'refused' ? 'cannot be sent:' : words[change]);
  const describe = ({ change, path, before, after }: Difference): string[] => [
    `  ${say(change)} ${path}`,
    ...(values && before !== undefined ? [`      before ${JSON.stringify(before)}`] : []),
    ...(values && after !== undefined ? [`      after  ${JSON.stringify(after)}`] : []),
  ];
  const width = Math.max(1, ...kinds.map(({ orders: count }) => String(count).length));
  const kindOf = (kind: string): string => {
    const [change = '', ...path] = kind.split(' ');
    return change in words ? `${say(change as Change)} ${path.join(' ')}` : kind;
  };
  return [
    `${compared} confirmed orders mapped with ${mapping}${alone ? '' : `, compared with ${comparedWith}`}.`,
    ...(withoutOrder > 0
      ? [`${withoutOrder} messages do not hold their order: \`npm run ops -- map <order id>\` reads one.`]
      : []),
    ...(unreadable > 0 ? [`${unreadable} messages cannot be read, and are left out.`] : []),
    alone ? `${differing} cannot be sent, or not whole.` : `${differing} differ.`,
    ...kinds.map(({ kind, orders: count }) => `  ${String(count).padStart(width)}  ${kindOf(kind)}`),
    ...orders.flatMap(({ orderId, orderNumber, differences }) => [
      '',
      `Order ${orderId}${orderNumber === null ? '' : ` (${orderNumber})`}`,
      ...differences.flatMap(describe),
    ]),
    ...(differing > orders.length ? ['', `… and ${differing - orders.length} more; --most names more of them.`] : []),
  ];
}
