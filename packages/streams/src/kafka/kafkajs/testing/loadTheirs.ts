import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** A module as kafkajs has it, with all that it loads, though parts may have been replaced in this process already. */
export function loadTheirs<Exported>(id: string): Exported {
  const replaced = Object.keys(require.cache).filter((path) => path.includes('/node_modules/kafkajs/'));
  const kept = replaced.map((path) => [path, require.cache[path]] as const);
  for (const path of replaced) delete require.cache[path];
  const loaded = require(id) as Exported;
  for (const path of Object.keys(require.cache))
    if (path.includes('/node_modules/kafkajs/')) delete require.cache[path];
  for (const [path, module] of kept) if (module) require.cache[path] = module;
  return loaded;
}
