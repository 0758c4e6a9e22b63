import type { FastifyInstance } from 'fastify';
import type { LiveSettings } from '../core/liveSettings.ts';
import { switches, switchNames, toHarshText } from '../core/switches.ts';
import type { World } from '../core/world.ts';
import { parseSettings } from '../validation/control.ts';

/** `/_sim/settings`: every switch of the API with what it means, and a way to turn it while the simulator runs. */
export function registerSettings(app: FastifyInstance, world: World, live: LiveSettings): void {
  const list = () => ({
    seed: world.settings.seed,
    switches: switchNames.map((name) => {
      const { help, preset } = switches[name];
      return { name, value: world.settings[name], preset, harsh: toHarshText(switches[name]), help };
    }),
  });

  app.get('/settings', list);
  app.post('/settings', (request) => {
    const { harsh, ...change } = parseSettings(request.body);
    live.change(change, harsh);
    return list();
  });
}
