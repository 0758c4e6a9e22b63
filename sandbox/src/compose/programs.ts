import { cp, mkdir, readdir, realpath } from 'node:fs/promises';
import path from 'node:path';
import { runCommand } from '../broker/command.ts';

/** What shell scripts, `npm ci` and health checks need of a system. */
const system = ['sh', 'bash', 'env', 'cat', 'chmod', 'cp', 'find', 'id', 'ls', 'mkdir', 'mv', 'rm', 'sed', 'sleep'];

/**
 * Makes `root` a file system in which these programs of this machine run: the programs in /usr/bin, the libraries that
 * they load where they are here. Beside the given ones those of a small system.
 * @throws Error that names a program which is not on this machine.
 */
export async function copyPrograms(root: string, programs: readonly string[]): Promise<void> {
  const bin = path.join(root, 'usr/bin');
  await mkdir(bin, { recursive: true });
  await mkdir(path.join(root, 'tmp'), { mode: 0o1777 });
  await runCommand('chmod', ['1777', path.join(root, 'tmp')]);
  await runCommand('ln', ['-s', 'usr/bin', path.join(root, 'bin')]);
  const files = await Promise.all([...system, ...programs].map(async (name) => [name, await locate(name)] as const));
  for (const [name, file] of files) await cp(file, path.join(bin, path.basename(name)), { dereference: true });
  await copyLibraries(
    root,
    files.map(([, file]) => file),
  );
}

/** Copies what these programs and shared objects load, to the same paths below `root`. */
export async function copyLibraries(root: string, files: readonly string[]): Promise<void> {
  // ldd fails for what is linked statically; what it says of the others counts.
  const printed = await Promise.all(files.map((file) => runCommand('ldd', [file]).catch(() => '')));
  const libraries = new Set(printed.flatMap((text) => [...text.matchAll(/(\/\S+\.so\S*)/g)].map(([, file]) => file)));
  for (const library of libraries) {
    if (library !== undefined) await cp(library, path.join(root, library), { dereference: true });
  }
}

/** Where a program of the PATH really lies. */
export async function locate(name: string): Promise<string> {
  if (path.isAbsolute(name)) return realpath(name);
  const found = await runCommand('sh', ['-c', 'command -v "$1"', 'sh', name]).catch(() => {
    throw new Error(`${name} is not on this machine`);
  });
  return realpath(found.trim());
}

/** Every file below a directory whose name says that it is a shared object. */
export async function sharedObjects(directory: string): Promise<string[]> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && entry.name.endsWith('.so'))
    .map((entry) => path.join(entry.parentPath, entry.name));
}
