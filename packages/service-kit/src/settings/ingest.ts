import type { PartialSettingsOf } from './definition.ts';
import { checkKafkaSecurity } from './kafkaConnection.ts';
import type { ingestSettings, kafkaSettings, opsSettings } from './shared.ts';

type IngestSettings = PartialSettingsOf<typeof kafkaSettings & typeof opsSettings & typeof ingestSettings> & {
  readonly ROLES: readonly string[];
};

/** Problems between the settings of an ingest service, for the `check` of `runWithSettings`. */
export function checkIngest(settings: IngestSettings): readonly string[] {
  const { PORT, OPS_PORT, ROLES } = settings;
  const same = ROLES.includes('land') && PORT === OPS_PORT && PORT !== 0;
  return [
    ...(same ? [`PORT must not be that of OPS_PORT, ${PORT}: notifications and probes have a port each`] : []),
    ...checkKafkaSecurity(settings),
  ];
}

/** An ingest service that takes notifications is ready when it can, whatever its normalising half waits for. */
export const takesNotifications = ({ ROLES }: Pick<IngestSettings, 'ROLES'>): boolean =>
  ROLES.includes('land') || ROLES.includes('pull');
