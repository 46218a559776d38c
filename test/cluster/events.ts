import { openMarket } from "../../lib/datasets/index";
import { open } from "../../lib/datasets/open";
import { share, type Twins } from "./twins";

/**
 * `shop` on both engines: 3,000 events of a synthetic market, and made of some of them everything that cleaning looks for:
 * exact copies, clicks repeated within seconds, negative and missing money, refunds with and without a purchase,
 * records that are no events, texts with quotes, backslashes and other scripts.
 */
export async function shareShop(twins: Twins): Promise<string> {
  const { duckdb } = twins;
  const market = await openMarket({ events: 3000, seed: 7, engine: duckdb });
  const changed = (first: number, where: string, changes: string) =>
    `SELECT ${first} + source_row AS source_row, * EXCLUDE (source_row) REPLACE (${changes}) FROM ${market.events} WHERE ${where}`;
  const malformed = "{'field': 'event_time', 'value': 'yest''erday \\ \"noon\"', 'reason': 'not a time'}";
  await duckdb.createTable(
    "shop_source",
    [
      `SELECT * FROM ${market.events}`,
      changed(10_000, "source_row % 37 = 0", "user_id AS user_id"),
      changed(20_000, "source_row % 41 = 0", "event_time + INTERVAL 2 SECOND AS event_time"),
      changed(30_000, "source_row % 53 = 0", "-1.5 AS price"),
      changed(40_000, "source_row % 59 = 0", "NULL AS price, NULL AS category_id"),
      changed(50_000, "source_row % 61 = 0", "price * 1234567.25 AS price"),
      changed(60_000, "source_row % 67 = 0", `${malformed} AS malformed`),
      changed(
        70_000,
        "event_type = 'purchase' AND source_row % 3 = 0",
        "'refund' AS event_type, event_time + INTERVAL 3 DAY AS event_time",
      ),
      changed(80_000, "source_row % 71 = 0", "'refund' AS event_type, 'Zoë \\ 雪' AS item_id"),
      changed(
        90_000,
        "source_row % 73 = 0",
        "event_time + INTERVAL 123456 MICROSECOND AS event_time, 'O''Hara' AS query",
      ),
    ].join(" UNION ALL "),
  );
  const name = await share(twins, "shop_source", "shop");
  await market.close();
  return name;
}

/** `basket` on both engines: the first 3,000 rows of Ta Feng; undefined where the data set can't be had. */
export async function shareBasket(twins: Twins): Promise<string | undefined> {
  try {
    const { events, close } = await open("ta-feng", { engine: twins.duckdb });
    await twins.duckdb.createTable("basket_source", `SELECT * FROM ${events} WHERE source_row <= 3000`);
    await close();
    return await share(twins, "basket_source", "basket");
  } catch (error) {
    console.log(`skipped: Ta Feng, ${(error as Error).message}`);
    return undefined;
  }
}
