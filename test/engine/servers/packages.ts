import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../../lib/cli/project";

const execute = promisify(execFile);

/** A program unpacked from Debian's packages, for one test run. */
export interface Unpacked {
  /** What was `/` in the packages. */
  root: string;
  /** Says where the packages' shared libraries lie. */
  env: Record<string, string>;
  remove(): void;
}

/** Thrown where a program can't be had on this machine; the tests that need it say so and are skipped. */
export class Unavailable extends Error {}

/**
 * Fetches Debian packages with the libraries that this machine lacks and unpacks them into a folder of their own: no
 * service is installed or started, nothing outside `.cache` and the temporary folder is touched, and no root is needed.
 * The packages (their signatures checked by apt) are kept in `.cache/test-servers/NAME`; lists of what can be had are
 * read afresh, into a folder of their own, so that neither a stale list nor another user of apt stands in the way.
 * A pattern stands for the package of the highest version whose name it matches.
 */
export async function unpackDebian(name: string, packages: readonly RegExp[]): Promise<Unpacked> {
  const kept = join(ROOT, ".cache", "test-servers", name);
  if (!existsSync(join(kept, "complete"))) await download(name, packages, kept);
  const root = mkdtempSync(join(tmpdir(), `flashlab-${name}-`));
  for (const file of readdirSync(kept).filter((each) => each.endsWith(".deb")))
    await execute("dpkg", ["-x", join(kept, file), root]).catch((error: Error) => {
      throw new Unavailable(`${file} can't be unpacked (${error.message})`);
    });
  const libraries = readdirSync(join(root, "usr", "lib"))
    .filter((each) => each.endsWith("-linux-gnu"))
    .map((each) => join(root, "usr", "lib", each));
  return {
    root,
    env: { LD_LIBRARY_PATH: libraries.join(":") },
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}

async function download(name: string, patterns: readonly RegExp[], kept: string): Promise<void> {
  if (process.platform !== "linux" || !existsSync("/usr/bin/apt-get") || !existsSync("/usr/bin/dpkg"))
    throw new Unavailable(`${name} isn't installed, and this isn't Debian`);
  mkdirSync(join(kept, ".."), { recursive: true });
  const work = mkdtempSync(`${kept}-`);
  try {
    for (const folder of ["lists/partial", "cache/archives/partial", "packages"])
      mkdirSync(join(work, folder), { recursive: true });
    const settings = [
      `Dir::State::Lists=${join(work, "lists")}`,
      `Dir::Cache=${join(work, "cache")}`,
      "Acquire::Languages=none",
      "Acquire::Retries=2",
      "APT::Sandbox::User=",
    ].flatMap((setting) => ["-o", setting]);
    const run = (program: string, ...args: string[]) =>
      execute(program, ["-q", ...settings, ...args], {
        cwd: join(work, "packages"),
        env: { ...process.env, LC_ALL: "C", DEBIAN_FRONTEND: "noninteractive" },
        timeout: 120_000,
        maxBuffer: 1 << 26,
      });
    await run("apt-get", "update");
    const names = (await run("apt-cache", "pkgnames")).stdout.split("\n");
    const packages = patterns.map((pattern) => newest(names, pattern));
    const plan = await run("apt-get", "-s", "--no-install-recommends", "install", ...packages);
    const missing = [...plan.stdout.matchAll(/^Inst (\S+)/gm)].map(([, each]) => each);
    const wanted = missing.filter((each) => packages.includes(each) || isLibrary(each));
    await run("apt-get", "download", ...new Set([...packages, ...wanted]));
    writeFileSync(join(work, "packages", "complete"), `${wanted.join("\n")}\n`);
    rmSync(kept, { recursive: true, force: true });
    renameSync(join(work, "packages"), kept);
  } catch (error) {
    throw new Unavailable(`${name} can't be had from Debian's packages: ${lastLine(error)}`);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function newest(names: readonly string[], pattern: RegExp): string {
  const found = names.filter((each) => pattern.test(each));
  if (found.length === 0) throw new Error(`no package is named ${pattern}`);
  return found.sort((a, b) => a.localeCompare(b, "en", { numeric: true }))[found.length - 1];
}

/** Shared libraries are all that a server needs beside itself; PostgreSQL runs without its compiler (LLVM). */
function isLibrary(name: string): boolean {
  return /^lib/.test(name) && !/^libllvm|^libz3|-(perl|dev)$/.test(name);
}

function lastLine(error: unknown): string {
  const text = String((error as { stderr?: string }).stderr || (error as Error).message);
  return text.trim().split("\n").slice(-1)[0];
}
