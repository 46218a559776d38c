import { existsSync } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { load } from "koffi";

/**
 * Puts a finished folder in the place of a folder or file, which is removed. On Linux the two are exchanged in one step
 * (renameat2), so that a run killed at any moment leaves the old or the new; elsewhere, and on file systems that can't
 * exchange, the old steps aside for a moment, and comes back if the new can't take its place.
 */
export async function putFolder(target: string, whole: string): Promise<void> {
  if (!existsSync(whole)) return rename(target, whole);
  if (exchange(target, whole)) return rm(target, { recursive: true, force: true });
  const aside = `${target}.old`;
  await rename(whole, aside);
  try {
    await rename(target, whole);
  } catch (error) {
    await rename(aside, whole);
    throw error;
  }
  await rm(aside, { recursive: true, force: true });
}

const AT_WORKING_FOLDER = -100;
const EXCHANGE = 2;
let renameat2: ((...args: unknown[]) => number) | null | undefined;

/** Exchanges two paths in one step; false where the system can't. */
function exchange(one: string, other: string): boolean {
  if (renameat2 === undefined) {
    try {
      renameat2 =
        process.platform === "linux"
          ? load("libc.so.6").func("int renameat2(int, const char *, int, const char *, unsigned int)")
          : null;
    } catch {
      renameat2 = null;
    }
  }
  return renameat2 !== null && renameat2(AT_WORKING_FOLDER, one, AT_WORKING_FOLDER, other, EXCHANGE) === 0;
}
