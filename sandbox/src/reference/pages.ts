import { logFieldsPage } from './logFieldsPage.ts';
import { metricsPage } from './metricsPage.ts';
import { schemasPage } from './schemasPage.ts';
import { services } from './services.ts';
import { settingsPage } from './settingsPage.ts';
import { topicsPage } from './topicsPage.ts';

/** The generated pages of docs/reference by file name. */
export function referencePages(): Readonly<Record<string, string>> {
  return {
    'settings.md': settingsPage(services),
    'metrics.md': metricsPage(),
    'topics.md': topicsPage(services),
    'schemas.md': schemasPage(),
    'log-fields.md': logFieldsPage(),
  };
}
