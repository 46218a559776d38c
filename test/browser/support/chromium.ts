import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type Browser, chromium } from "playwright-core";

/** The project's root folder. */
export const ROOT = resolve(__dirname, "../../..");

/** Where screenshots are kept; ignored by git. */
export const ARTEFACTS = join(ROOT, "test", "artefacts");

const PLACES = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];

/** A Chromium on this machine: the one that FLASHLAB_CHROMIUM names, else where Debian and others put it. */
export function findChromium(): string | undefined {
  return [process.env.FLASHLAB_CHROMIUM, ...PLACES].find((path) => path !== undefined && existsSync(path));
}

/** Starts it without a window; no sandbox only where it refuses one, as root. */
export async function openBrowser(executablePath: string): Promise<Browser> {
  mkdirSync(ARTEFACTS, { recursive: true });
  return chromium.launch({ executablePath, chromiumSandbox: process.getuid?.() !== 0 });
}
