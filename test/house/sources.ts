import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { ROOT } from "../../lib/cli/project";

/** Every file below a folder of the project whose name ends so: its path from the root and its text. */
export function sources(folder: string, ending: string): { path: string; text: string }[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = join(ROOT, folder, entry.name);
    if (entry.isDirectory()) return sources(relative(ROOT, path), ending);
    if (!entry.name.endsWith(ending)) return [];
    return [{ path: relative(ROOT, path).split("\\").join("/"), text: readFileSync(path, "utf8") }];
  });
}
