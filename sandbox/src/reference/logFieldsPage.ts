import { logFields } from '@pipeline/service-kit';
import { code, generatedFrom, page } from './markdown.ts';

const intro = `# Log fields

Services write one JSON object per line to standard output: \`time\` (ISO 8601), \`level\`, \`service\`, \`version\`,
\`message\`, and any of the fields below. \`message\` is a constant text; what varies is in fields. A failure is in
\`error\` (name, message, class, code; a stack only at level \`debug\`). None of the fields holds personal data or a secret;
a field that is not on the list is dropped and only its name is kept, in \`droppedFields\`.

To follow one order, filter by \`orderId\`, \`key\` (the same id in lines of the stream engine) or \`orderNumber\`.`;

/** The page of the fields that a log line may carry. */
export const logFieldsPage = (): string =>
  page(generatedFrom('the log field list'), intro, logFields.map((field) => `- ${code(field)}`).join('\n'));
