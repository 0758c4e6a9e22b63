import { ControlRefusal, parseMembers } from '@pipeline/simulator-control';
import type { FastifyInstance } from 'fastify';
import { harshOptions } from '../harsh.ts';
import type { Simulation } from '../simulation.ts';
import { changeSet, setAll, setNames, tables } from '../switchSets.ts';

/** `/_sim/delivery`, `/quirks` and `/outages` show and change their switches; `/harsh` turns all of them. */
export function registerSwitches(app: FastifyInstance, simulation: Simulation): void {
  for (const name of setNames) {
    app.get(`/${name}`, (_, reply) => reply.send(simulation[name]));
    app.post(`/${name}`, (request, reply) => {
      const change = parseMembers(request.body, tables[name].called.toLowerCase(), Object.keys(tables[name].table));
      return reply.send(changeSet(simulation, name, change));
    });
  }

  /** How many requests each outage has spoiled. */
  app.get('/outages/struck', (_, reply) => reply.send(simulation.weather.struck()));

  app.post('/harsh', (request, reply) => {
    const { on = true, seed } = parseMembers(request.body ?? {}, 'the harsh mode', ['on', 'seed']);
    if (typeof on !== 'boolean') throw new ControlRefusal("The harsh mode's 'on' must be true or false.");
    if (seed !== undefined && !(Number.isInteger(seed) && Number(seed) >= 0))
      throw new ControlRefusal("The harsh mode's 'seed' must be a whole number from 0.");
    setAll(simulation, on);
    const versionStep = on ? harshOptions().versionStep : simulation.usualVersionStep;
    Object.assign(simulation.settings, { versionStep });
    if (seed !== undefined) simulation.reseed(Number(seed));
    const { delivery, quirks, outages } = simulation;
    return reply.send({ on, delivery, quirks, outages, versionStep });
  });
}
