import { defineSettings, requireWhen } from '@pipeline/service-kit';
import { describe, expect, it } from 'vitest';
import { services } from './services.ts';
import { settingsPage } from './settingsPage.ts';

const shared = defineSettings({
  SHARED_URL: { type: 'url', required: true, description: 'Where it is.' },
  SHARED_NAME: { type: 'string', default: 'x', description: 'What it is called.' },
});
const service = (name: string, settings: Parameters<typeof defineSettings>[0]) => ({
  name,
  settings,
  topologies: [],
  lands: [],
});

describe('settingsPage', () => {
  it('shows what services share once and what is only theirs under their name', () => {
    const own = defineSettings({ OWN: { type: 'boolean', default: false, description: 'Only here.' } });
    const text = settingsPage([service('a', { ...shared, ...own }), service('b', shared)], [['Shared', shared]]);
    expect(text).toContain('Used by a, b.');
    expect(text.match(/`SHARED_URL`/g)).toHaveLength(1);
    expect(text.slice(text.indexOf('## Only a'), text.indexOf('## Only b'))).toContain('| `OWN` |');
    expect(text.slice(text.indexOf('## Only b'))).not.toContain('`OWN`');
  });

  it('says when a service takes only some of a group, and when it needs it only under a condition', () => {
    const { SHARED_URL } = requireWhen({ name: 'ROLES', value: 'land' }, shared);
    const text = settingsPage([service('a', { SHARED_URL }), service('b', {})], [['Shared', shared]]);
    expect(text).toContain('Used by a (only `SHARED_URL`; required when `ROLES` has `land`).');
  });

  it('shows every setting of every service', () => {
    const text = settingsPage(services);
    for (const { settings } of services)
      for (const name of Object.keys(settings)) expect(text).toContain(`| \`${name}\` |`);
  });
});
