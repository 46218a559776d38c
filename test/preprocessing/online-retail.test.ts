import { test } from "uvu";
import * as assert from "uvu/assert";
import { ensureFiles } from "../../lib/datasets/fetch/ensure";
import { CACHE_FOLDER, type Dataset, open, readRegistry } from "../../lib/datasets/index";
import { clean, fitOutliers, matchRefunds, refundsMatched } from "../../lib/preprocessing/index";

/** The registry's entry without its sources: what is neither cached nor mirrored is not fetched. */
const ENTRY = readRegistry()
  .filter((entry) => entry.name === "online-retail")
  .map((entry) => ({
    ...entry,
    manual: undefined,
    files: entry.files.map((file) => ({ ...file, source: undefined })),
  }));

let shop: Dataset | undefined;
test.before(async () => {
  if (await atHand()) shop = await open("online-retail", { registry: ENTRY });
});
test.after(async () => shop?.close());

async function atHand(): Promise<boolean> {
  const mirror = process.env.FLASHLAB_MIRROR || undefined;
  const found = await ensureFiles(ENTRY[0], { cacheFolder: CACHE_FOLDER, mirror }).catch((error: Error) => error);
  if (!(found instanceof Error)) return true;
  if (!/neither cached nor mirrored/.test(found.message)) throw found;
  console.log("skipped: online-retail is not at hand (npm run data -- online-retail)");
  return false;
}

test("online-retail: a year's cancellations take what a queue of each customer's purchases gives them", async () => {
  if (shop === undefined) return;
  const { events, report } = await clean(shop.engine, shop.events!);
  assert.is(report.rowsIn, 541_909);
  // 135,080 lines have no customer, as the literature counts them; the file holds lines twice.
  assert.is(report.reasons.find(({ reason }) => reason === "no customer")?.rows, 135_080);
  const found = await matchRefunds(shop.engine, events);
  const columns = await shop.engine.columns(
    `SELECT user_id, item_id, event_type, quantity FROM ${events} ORDER BY event_time, source_row`,
  );
  const queues = new Map<string, number[]>();
  let [refunds, whole, none, unmatched] = [0, 0, 0, 0];
  for (let row = 0; row < columns.user_id.length; row++) {
    const key = `${columns.user_id[row]} ${columns.item_id[row]}`;
    const quantity = Number(columns.quantity[row]);
    if (columns.event_type[row] === "purchase") {
      const queue = queues.get(key);
      if (queue === undefined) queues.set(key, [quantity]);
      else queue.push(quantity);
      continue;
    }
    const queue = queues.get(key) ?? [];
    let left = quantity;
    while (left > 0 && queue.length > 0) {
      const taken = Math.min(left, queue[0]);
      left -= taken;
      queue[0] -= taken;
      if (queue[0] === 0) queue.shift();
    }
    refunds++;
    whole += left === 0 ? 1 : 0;
    none += left === quantity ? 1 : 0;
    unmatched += left;
  }
  let net = 0;
  for (const queue of queues.values()) for (const left of queue) net += left;
  assert.equal(
    [found.refunds, found.whole, found.none, found.part, found.unmatchedUnits],
    [refunds, whole, none, refunds - whole - none, unmatched],
  );
  assert.ok(refunds > 8000 && whole > refunds / 2, "most of a year's cancellations undo a purchase of that year");
  const sums = await shop.engine.columns(
    `SELECT sum(net_quantity) AS net, (SELECT sum(quantity) FROM ${found.matches}) AS matched FROM ${found.events}`,
  );
  assert.equal([Number(sums.net[0]), Number(sums.matched[0])], [net, found.units - unmatched]);
  const stepped = await clean(shop.engine, shop.events!, { output: "stepped", steps: [refundsMatched()] });
  assert.is(stepped.report.reasons.find(({ step }) => step === "refunds")?.rows, none);
});

test("online-retail: quartiles of prices are those of a sort", async () => {
  if (shop === undefined) return;
  const bounds = await fitOutliers(shop.engine, shop.events!, "price", { method: "quantile", low: 0.25, high: 0.75 });
  const prices = (await shop.engine.columns(`SELECT price FROM ${shop.events}`)).price as Float64Array;
  const sorted = prices.filter(Number.isFinite).sort();
  const quantile = (share: number) => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below] + (place - below) * (sorted[below + 1] - sorted[below]);
  };
  assert.equal([bounds.overall.low, bounds.overall.high], [quantile(0.25), quantile(0.75)]);
});

test.run();
