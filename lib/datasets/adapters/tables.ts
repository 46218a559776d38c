import { type Engine, quoteText } from "../../engine/index";
import type { Adapter } from "./adapter";
import { loadCsv } from "./csv";

/** Reads a whole, verified CSV file into a typed table in the file's order. */
async function typedTable(
  engine: Engine,
  relation: string,
  path: string,
  types: Record<string, string>,
): Promise<void> {
  const columns = Object.entries(types).map(([name, type]) => `${quoteText(name)}: ${quoteText(type)}`);
  await engine.run(`CREATE TABLE ${relation} AS SELECT * FROM read_csv(${quoteText(path)}, auto_detect = false,
    header = true, columns = {${columns.join(", ")}})`);
}

/** Hillstrom: `customers`, one row each: attributes before, the campaign (`segment`), and the two weeks after. */
export const hillstrom: Adapter = async ({ engine, files, schema }) => {
  const customers = `${schema}.customers`;
  await typedTable(engine, customers, files.customers, {
    recency: "INTEGER",
    history_segment: "VARCHAR",
    history: "DOUBLE",
    mens: "INTEGER",
    womens: "INTEGER",
    zip_code: "VARCHAR",
    newbie: "INTEGER",
    channel: "VARCHAR",
    segment: "VARCHAR",
    visit: "INTEGER",
    conversion: "INTEGER",
    spend: "DOUBLE",
  });
  return { relations: [customers] };
};

/** Orange juice: `sales`, one row a store, week and brand: units (ounces), price, brand, feature flag. */
export const orangeJuice: Adapter = async ({ engine, files, schema }) => {
  const sales = `${schema}.sales`;
  await typedTable(engine, sales, files.sales, {
    No: "INTEGER",
    sales: "DOUBLE",
    price: "DOUBLE",
    brand: "VARCHAR",
    feat: "INTEGER",
  });
  return { relations: [sales] };
};

/** Chinese reviews: `hotel` (split, label, text) and `shopping` (category, label, text); label 1 is a good review. */
export const chineseReviews: Adapter = async ({ engine, files, schema }) => {
  const hotel = `${schema}.hotel`;
  await engine.run(`CREATE TABLE ${hotel} (split VARCHAR, label INTEGER, text VARCHAR)`);
  for (const split of ["train", "dev", "test"]) {
    const part = `${schema}.${split}_lines`;
    const columns = ["label", "text_a"];
    await loadCsv(engine, part, files[`hotel-${split}`], { columns, delimiter: "\t", quote: "" });
    await engine.run(`INSERT INTO ${hotel} SELECT ${quoteText(split)}, CAST(label AS INTEGER), text_a
      FROM ${part} ORDER BY source_row`);
    await engine.run(`DROP TABLE ${part}; DROP TABLE ${part}_unreadable`);
  }
  const shopping = `${schema}.shopping`;
  await loadCsv(engine, `${schema}.raw`, files.shopping, { columns: ["cat", "label", "review"] });
  await engine.run(`CREATE TABLE ${shopping} AS
    SELECT cat AS category, CAST(label AS INTEGER) AS label, ltrim(review, '\ufeff') AS text
    FROM ${schema}.raw ORDER BY source_row`);
  await engine.run(`DROP TABLE ${schema}.raw; DROP TABLE ${schema}.raw_unreadable`);
  return { relations: [hotel, shopping] };
};

/** English reviews: `reviews` (source, label, text), in the files' order; label 1 is a good review. */
export const englishReviews: Adapter = async ({ engine, files, schema }) => {
  const reviews = `${schema}.reviews`;
  await engine.run(`CREATE TABLE ${reviews} (source VARCHAR, label INTEGER, text VARCHAR)`);
  for (const source of ["amazon", "yelp", "imdb"])
    await engine.run(`INSERT INTO ${reviews} SELECT ${quoteText(source)}, class, trim(text)
      FROM read_json(${quoteText(files[source])}, format = 'array', columns = {text: 'VARCHAR', class: 'INTEGER'})
      WHERE class IS NOT NULL`);
  return { relations: [reviews] };
};
