import { test } from "uvu";
import * as assert from "uvu/assert";
import { ensureFiles } from "../../lib/datasets/fetch/ensure";
import { CACHE_FOLDER, type Dataset, open, readRegistry, sequences } from "../../lib/datasets/index";

/** The registry without sources: what is neither cached nor mirrored is not fetched. */
const AT_HAND = readRegistry().map((entry) => ({
  ...entry,
  manual: undefined,
  files: entry.files.map((file) => ({ ...file, source: undefined })),
}));

/** A test on a real data set, skipped where it isn't at hand. */
function onReal(name: string, what: string, work: (dataset: Dataset) => Promise<void>): void {
  test(`${name}: ${what}`, async () => {
    const entry = AT_HAND.find((each) => each.name === name)!;
    const mirror = process.env.FLASHLAB_MIRROR || undefined;
    const missing = await ensureFiles(entry, { cacheFolder: CACHE_FOLDER, mirror }).catch((error) => error as Error);
    if (missing instanceof Error && /neither cached nor mirrored/.test(missing.message))
      return console.log(`skipped: ${name} is not at hand (npm run data -- ${name})`);
    const dataset = await open(name, { registry: AT_HAND });
    try {
      await work(dataset);
    } finally {
      await dataset.close();
    }
  });
}

async function row(dataset: Dataset, sql: string): Promise<unknown[]> {
  const columns = await dataset.engine.columns(sql);
  return Object.values(columns).map((column) => column[0]);
}

onReal("ta-feng", "the published counts; prices of a line of two are twice those of one", async (shop) => {
  // Wang et al. 2015, section 5.1: 817,741 transactions, 32,266 users, 23,812 items.
  const counts = await row(
    shop,
    `SELECT count(*), count(DISTINCT user_id) AS u, count(DISTINCT item_id) AS i,
    count(*) FILTER (malformed IS NOT NULL) AS bad FROM ${shop.events}`,
  );
  assert.equal(counts, [817_741, 32_266, 23_812, 0]);
  assert.equal(await row(shop, "SELECT count(*) FROM ta_feng.events_unreadable"), [0]);
  const ratio = await row(
    shop,
    `WITH m AS (SELECT item_id, quantity, median(price) AS p FROM ${shop.events}
      WHERE quantity <= 2 GROUP BY ALL HAVING count(*) >= 20)
    SELECT median(two.p / one.p) FROM m one JOIN m two USING (item_id) WHERE one.quantity = 1 AND two.quantity = 2`,
  );
  assert.equal(ratio, [1]);
});

onReal("online-retail", "lines with a customer, as the literature counts them", async (shop) => {
  // 541,909 lines, of which 135,080 without a customer; 397,924 purchase lines of known customers.
  const counts = await row(
    shop,
    `SELECT count(*), count(*) FILTER (user_id IS NULL) AS nobody,
    count(*) FILTER (user_id IS NOT NULL AND event_type = 'purchase') AS bought FROM ${shop.events}`,
  );
  assert.equal(counts, [541_909, 135_080, 397_924]);
});

onReal("cdnow", "customers and orders; the sample's summary", async (shop) => {
  const counts = await row(
    shop,
    `SELECT count(*), count(DISTINCT user_id) AS u FROM ${shop.events} WHERE malformed IS NULL`,
  );
  assert.equal(counts, [69_659, 23_570]);
  assert.equal(await row(shop, "SELECT count(*), sum(frequency) AS repeats FROM cdnow.summary"), [2357, 2457]);
});

onReal("hillstrom", "the published visit and conversion rates of the three arms", async (shop) => {
  const rates =
    await shop.engine.columns(`SELECT segment, round(avg(visit), 6) AS visit, round(avg(conversion), 6) AS conversion,
    round(avg(spend), 4) AS spend FROM hillstrom.customers GROUP BY segment ORDER BY segment`);
  assert.equal(rates.segment, ["Mens E-Mail", "No E-Mail", "Womens E-Mail"]);
  assert.equal([...(rates.visit as Float64Array)], [0.182757, 0.106167, 0.1514]);
  assert.equal([...(rates.conversion as Float64Array)], [0.012531, 0.005726, 0.008837]);
  assert.equal([...(rates.spend as Float64Array)], [1.4226, 0.6528, 1.0772]);
});

onReal("orange-juice", "rows and brands", async (shop) => {
  const counts = await row(
    shop,
    "SELECT count(*), count(DISTINCT brand) AS b, min(price) > 0 AS ok FROM orange_juice.sales",
  );
  assert.equal(counts, [28_947, 3, 1]);
});

onReal("amazon-beauty", "sequences in typed arrays, the published counts", async (shop) => {
  const { offsets, items, itemCount, attributes, times } = await sequences(shop);
  // S3-Rec, table 2: 22,363 users, 12,101 items, 198,502 actions.
  assert.equal([offsets.length - 1, itemCount, items.length], [22_363, 12_101, 198_502]);
  assert.is(offsets[offsets.length - 1], items.length);
  for (let user = 0; user + 1 < offsets.length; user++) {
    assert.ok(offsets[user + 1] - offsets[user] >= 5, "5-core");
    assert.is(times[offsets[user]], 0);
  }
  assert.equal([...items.subarray(0, 5)], [1, 2, 3, 4, 5]);
  assert.is(attributes.offsets.length, itemCount + 2);
});

onReal("chinese-reviews", "the published splits and labels", async (shop) => {
  const splits = await shop.engine.columns(
    "SELECT split, count(*) AS n FROM chinese_reviews.hotel GROUP BY split ORDER BY n DESC, split",
  );
  assert.equal(
    [splits.split, [...(splits.n as Float64Array)]],
    [
      ["train", "dev", "test"],
      [9600, 1200, 1200],
    ],
  );
  const counts = await row(
    shop,
    `SELECT count(*), count(DISTINCT category) AS c, bool_and(label IN (0, 1)) AS ok
    FROM chinese_reviews.shopping`,
  );
  assert.equal(counts, [62_774, 10, 1]);
});

onReal("english-reviews", "five hundred good and five hundred bad sentences of each source", async (shop) => {
  const { source, label, n } = await shop.engine.columns(
    `SELECT source, label, count(*)::INTEGER AS n FROM english_reviews.reviews GROUP BY ALL ORDER BY ALL`,
  );
  assert.equal(source, ["amazon", "amazon", "imdb", "imdb", "yelp", "yelp"]);
  assert.equal([...(label as Int32Array)], [0, 1, 0, 1, 0, 1]);
  assert.equal([...(n as Int32Array)], new Array(6).fill(500));
});

test.run();
