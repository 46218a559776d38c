import type { Engine } from "../engine/index";
import { list } from "./checks";
import { addRejects } from "./rejects";
import { requireRelation, type Step } from "./step";

/** Options of {@link matchRefunds} and {@link refundsMatched}. */
export interface RefundOptions {
  /** What makes a refund and a purchase belong together. Default: user_id and item_id. */
  key?: readonly string[];
}

/** What {@link matchRefunds} made. */
export interface MatchedRefunds {
  /** The events with refunded_quantity, net_quantity and unmatched_quantity. */
  events: string;
  /** Which refund took how much from which purchase: refund_row, purchase_row, quantity. */
  matches: string;
  /** Refund rows: all, those matched whole, in part, and not at all. */
  refunds: number;
  whole: number;
  part: number;
  none: number;
  /** Units refunded, and those of them that no earlier purchase had left. */
  units: number;
  unmatchedUnits: number;
}

const KEY = ["user_id", "item_id"];

/**
 * Matches refunds to the purchases that they undo, unit by unit, first in, first out.
 *
 * Rows of one key (same user, same item) are taken in the order of (event_time, source_row). A purchase puts its units
 * at the end of a queue; a refund takes units from the queue's front, from as many purchases as it needs. Units that
 * the queue no longer has are unmatched: a refund can't take what was bought after it. A quantity that isn't known is
 * one unit; one below zero is none.
 *
 * With P and Q the units bought and handed back up to a row, the units matched up to it are
 * M = Q + min(0, min over rows so far of (P − Q)), and the units of the k-th refund are those numbered from
 * M(k−1) to M(k) in the order of buying. So no row is visited one by one; quantities are exact where they are whole
 * numbers below 2⁵³.
 *
 * Makes `${output}` (default: the events' name with `_net`), the events with three more columns: of a purchase
 * `refunded_quantity` and `net_quantity` (quantity − refunded_quantity); of a refund `unmatched_quantity`, its net and
 * refunded quantity NULL; of other events all NULL. And `${output}_matches`.
 */
export async function matchRefunds(
  engine: Engine,
  events: string,
  options: RefundOptions & { output?: string } = {},
): Promise<MatchedRefunds> {
  const { key = KEY } = options;
  const output = requireRelation(options.output ?? `${requireRelation(events)}_net`);
  const matches = `${output}_matches`;
  const queue = `${output}_queue`;
  try {
    await engine.createTable(queue, queueOf(engine, events, key));
    await engine.createTable(output, netOf(engine, events, queue, await columnsOf(engine, events)));
    await engine.createTable(matches, matchesOf(engine, queue, key));
  } finally {
    await engine.drop(queue);
  }
  const counts = await engine.columns(`SELECT count(*) AS refunds,
      count(*) FILTER (WHERE unmatched_quantity = 0) AS whole,
      count(*) FILTER (WHERE unmatched_quantity > 0 AND unmatched_quantity < ${unitsOf(engine)}) AS part,
      count(*) FILTER (WHERE unmatched_quantity > 0 AND unmatched_quantity >= ${unitsOf(engine)}) AS none,
      coalesce(sum(${unitsOf(engine)}), 0) AS units, coalesce(sum(unmatched_quantity), 0) AS unmatched
    FROM ${output} WHERE event_type = 'refund'`);
  const [refunds, whole, part, none, units, unmatchedUnits] = Object.values(counts).map((column) => Number(column[0]));
  return { events: output, matches, refunds, whole, part, none, units, unmatchedUnits };
}

/**
 * The same as a step: adds refunded_quantity, net_quantity and unmatched_quantity, and takes out the refunds of which
 * not one unit has a purchase before it (`unmatched: "reject"`, the default), or keeps them (`"keep"`).
 */
export function refundsMatched({
  key = KEY,
  unmatched = "reject",
}: RefundOptions & { unmatched?: "reject" | "keep" } = {}): Step {
  const name = "refunds";
  return {
    name,
    async apply(context) {
      const { engine, input, output } = context;
      const [queue, net] = [`${output}_queue`, `${output}_net`];
      const lost = `event_type = 'refund' AND unmatched_quantity > 0 AND unmatched_quantity >= ${unitsOf(engine)}`;
      try {
        await engine.createTable(queue, queueOf(engine, input, key));
        const select = netOf(engine, input, queue, await columnsOf(engine, input));
        if (unmatched === "keep") return await engine.createTable(output, select);
        await engine.createTable(net, select);
        await engine.createTable(output, `SELECT * FROM ${net} WHERE (${lost}) IS NOT TRUE`);
        await addRejects(context, {
          step: name,
          kind: "rejected",
          from: `${net} WHERE ${lost}`,
          field: "'quantity'",
          value: engine.dialect.textOfDouble("quantity"),
          reason: `'refund without an earlier purchase'`,
        });
      } finally {
        await engine.drop(queue);
        await engine.drop(net);
      }
    },
  };
}

/** Units of a row: its quantity, one where that isn't known, never less than none. */
function unitsOf({ dialect }: Engine): string {
  return `greatest(coalesce(CAST(quantity AS ${dialect.types.double}), 1e0), 0e0)`;
}

/**
 * Purchases and refunds of the keys that have a refund: `bought` and `taken` are P and M after the row, `units` the row's
 * own, `all_taken` the key's last M.
 */
function queueOf(engine: Engine, events: string, key: readonly string[]): string {
  const columns = list(key);
  const same = key
    .map((name) => list([name]))
    .map((name) => `e.${name} IS NOT DISTINCT FROM r.${name}`)
    .join(" AND ");
  const upTo = `PARTITION BY ${columns} ORDER BY event_time, source_row ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW`;
  return `WITH refunded AS (SELECT DISTINCT ${columns} FROM ${events} WHERE event_type = 'refund'),
    moves AS (
      SELECT source_row, event_time, event_type, ${columns}, ${unitsOf(engine)} AS units FROM ${events} AS e
      WHERE event_type IN ('purchase', 'refund') AND EXISTS (SELECT 1 FROM refunded AS r WHERE ${same})),
    sums AS (
      SELECT *, sum(CASE WHEN event_type = 'purchase' THEN units ELSE 0e0 END) OVER (${upTo}) AS bought,
        sum(CASE WHEN event_type = 'refund' THEN units ELSE 0e0 END) OVER (${upTo}) AS returned
      FROM moves),
    queue AS (
      SELECT *, returned + least(0e0, min(bought - returned) OVER (${upTo})) AS taken FROM sums)
    SELECT *, taken - coalesce(lag(taken) OVER (PARTITION BY ${columns} ORDER BY event_time, source_row), 0e0) AS matched,
      max(taken) OVER (PARTITION BY ${columns}) AS all_taken
    FROM queue`;
}

/** Every event with its quantities: a purchase's units are taken as far as the key's units taken reach into them. */
function netOf(engine: Engine, events: string, queue: string, columns: readonly string[]): string {
  const own = columns.map((name) => `e.${list([name])}`).join(", ");
  const taken = `coalesce(least(greatest(q.all_taken - (q.bought - q.units), 0e0), q.units), 0e0)`;
  return `SELECT ${own},
      CASE WHEN e.event_type = 'purchase' THEN ${taken} END AS refunded_quantity,
      CASE WHEN e.event_type = 'purchase' THEN ${unitsOf(engine)} - ${taken} END AS net_quantity,
      CASE WHEN e.event_type = 'refund' THEN q.units - q.matched END AS unmatched_quantity
    FROM ${events} AS e LEFT JOIN ${queue} AS q ON e.source_row = q.source_row`;
}

/** Where a refund's stretch of the units taken and a purchase's stretch of the units bought overlap. */
function matchesOf(_: Engine, queue: string, key: readonly string[]): string {
  const same = key
    .map((name) => list([name]))
    .map((name) => `r.${name} IS NOT DISTINCT FROM p.${name}`)
    .join(" AND ");
  const overlap = "least(r.taken, p.bought) - greatest(r.taken - r.matched, p.bought - p.units)";
  return `SELECT r.source_row AS refund_row, p.source_row AS purchase_row, ${overlap} AS quantity
    FROM ${queue} AS r JOIN ${queue} AS p ON ${same}
      AND p.bought - p.units < r.taken AND p.bought > r.taken - r.matched
    WHERE r.event_type = 'refund' AND p.event_type = 'purchase' AND r.matched > 0 AND p.units > 0`;
}

async function columnsOf(engine: Engine, events: string): Promise<string[]> {
  return (await engine.describe(events)).map((column) => column.name);
}
