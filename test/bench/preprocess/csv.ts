import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../../../lib/cli/project";
import { startMarket } from "../../../lib/datasets/marketplace/market";
import { EVENTS_HEADER, eventRows } from "../../../lib/datasets/marketplace/rows";
import { marketSettings } from "../../../lib/datasets/marketplace/settings";
import { TextSink } from "../../../lib/datasets/marketplace/sink";

/** A row in so many is there twice; a row in so many has a negative price. */
const REPEATED = 97;
const NEGATIVE = 1009;

/**
 * The market's events as CSV, soiled: about one row in 97 is there a second time (some hundreds of rows later) and
 * one priced row in 1,009 has a negative price. Made once and kept in the cache: seed 1 gives the same bytes.
 */
export async function soiledEvents(events: number, log: (text: string) => void): Promise<string> {
  const folder = join(ROOT, ".cache", "bench");
  const path = join(folder, `soiled-market-${events}.csv`);
  if (existsSync(path)) return path;
  await mkdir(folder, { recursive: true });
  log(`making ${events.toLocaleString("en")} events, once`);
  const part = `${path}.part`;
  await rm(part, { force: true });
  const sink = await TextSink.create(part);
  try {
    sink.add(EVENTS_HEADER);
    const market = startMarket(marketSettings({ events: Math.round(events / (1 + 1 / REPEATED)), seed: 1 }));
    let row = 0;
    for (const chunk of market.chunks()) {
      for (let from = 0; from < chunk.length; from += 8192) {
        const lines = eventRows(market.world, chunk, from, Math.min(from + 8192, chunk.length)).split("\n");
        lines.pop();
        const again: string[] = [];
        for (let index = 0; index < lines.length; index++) {
          row++;
          if (row % NEGATIVE === 0) lines[index] = negative(lines[index]);
          if (row % REPEATED === 0) again.push(lines[index]);
        }
        sink.add(`${[...lines, ...again].join("\n")}\n`);
        await sink.flush();
      }
    }
    await sink.finish();
  } catch (error) {
    await sink.abandon();
    throw error;
  }
  await rename(part, path);
  return path;
}

/** The row with its price, the sixth field, below zero; a row without a price as it is. */
function negative(line: string): string {
  const fields = line.split(",");
  if (fields[5] !== "") fields[5] = `-${fields[5]}`;
  return fields.join(",");
}
