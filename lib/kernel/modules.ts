import { posix } from "node:path";
import type { SideOutput } from "tslab/dist/converter";

/**
 * Completes what tslab knows of the library's modules:
 * - a folder is importable by its name (`./lib/backend` means its `index`), as Node resolves it;
 * - a name with a dot in it (`./sales.daily`) is importable too;
 * - when a module changed, those that import it are loaded anew as well, so that they see the change.
 */
export class Modules {
  private readonly known = new Map<string, string>();

  /** Takes the modules just generated; returns all that have to be (re)loaded. */
  complete(outputs: readonly SideOutput[]): SideOutput[] {
    const changed = new Set(outputs.map(({ path }) => path).filter((path) => this.known.has(path)));
    for (const { path, data } of outputs) this.known.set(path, data);
    const all = new Map(outputs.map((output) => [output.path, output.data]));
    for (const path of this.dependents(changed)) all.set(path, this.known.get(path) as string);
    for (const path of [...all.keys()]) {
      for (const [alias, target] of aliases(path))
        all.set(alias, `module.exports = require(${JSON.stringify(target)});`);
    }
    return [...all].map(([path, data]) => ({ path, data }));
  }

  private dependents(changed: ReadonlySet<string>): Set<string> {
    const found = new Set(changed);
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const [path, data] of this.known) {
        if (!found.has(path) && imports(path, data).some((target) => found.has(target))) found.add(path);
      }
    }
    return found;
  }
}

/** Paths of the modules that generated code requires by a relative name. */
function imports(path: string, data: string): string[] {
  const names = [...data.matchAll(/require\("(\.[^"]*)"\)/g)].map((match) => match[1]);
  return names.flatMap((name) => {
    const target = posix.join(posix.dirname(path), name);
    return [`${target}.js`, posix.join(target, "index.js")];
  });
}

/** Other names of a module, each with the name under which to require the real one from there. */
function aliases(path: string): [string, string][] {
  const name = posix.basename(path, ".js");
  const folder = posix.dirname(path);
  const found: [string, string][] = [];
  if (name === "index") found.push([`${folder}.js`, `./${posix.basename(folder)}/index`]);
  if (name.includes(".")) found.push([posix.join(folder, name), `./${name}.js`]);
  return found;
}
