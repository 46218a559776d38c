import { type Engine, quoteText } from "../../lib/engine/index";

/** An event of a test's shop; what is left out is ordinary. */
export interface ShopEvent {
  /** Seconds since 1970 UTC; null: not known. */
  time: number | null;
  user?: string | null;
  item?: string | null;
  type?: string;
  category?: string | null;
  price?: number | null;
  quantity?: number | null;
  cost?: number | null;
  query?: string | null;
  channel?: string | null;
}

/** Makes a relation in the event schema of these events, in one statement; `source_row` counts from 1. */
export async function shop(engine: Engine, rows: readonly ShopEvent[], name = "shop"): Promise<string> {
  const { types, timestamp } = engine.dialect;
  const columns = {
    source_row: types.bigint,
    event_time: types.timestamp,
    user_id: types.text,
    item_id: types.text,
    event_type: types.text,
    category_id: types.text,
    price: types.double,
    quantity: types.double,
    cost: types.double,
    query: types.text,
    channel: types.text,
  };
  const text = (value: string | null | undefined, usual: string | null) => {
    const chosen = value === undefined ? usual : value;
    return chosen === null ? "NULL" : quoteText(chosen);
  };
  const number = (value: number | null | undefined, usual: number) =>
    value === null ? "NULL" : (value ?? usual).toExponential();
  const select = (values: readonly string[]) =>
    `SELECT ${Object.entries(columns)
      .map(([column, type], index) => `CAST(${values[index]} AS ${type}) AS ${column}`)
      .join(", ")}`;
  const selects = rows.map((row, index) =>
    select([
      String(index + 1),
      row.time === null ? "NULL" : timestamp(row.time),
      text(row.user, "u"),
      text(row.item, "i"),
      text(row.type, "purchase"),
      text(row.category, "c"),
      number(row.price, 1),
      number(row.quantity, 1),
      number(row.cost, 0.5),
      text(row.query, null),
      text(row.channel, "web"),
    ]),
  );
  const empty = `${select(Object.keys(columns).map(() => "NULL"))} WHERE 1 = 0`;
  await engine.createTable(name, selects.length === 0 ? empty : selects.join("\nUNION ALL "));
  return name;
}

/** A relation's rows as objects, in the order of these columns. */
export async function rowsOf(engine: Engine, relation: string, order: string): Promise<Record<string, unknown>[]> {
  return (await engine.table(`SELECT * FROM ${relation} ORDER BY ${order}`)).objects() as Record<string, unknown>[];
}
