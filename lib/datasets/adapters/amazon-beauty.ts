import { readFile } from "node:fs/promises";
import { quoteText } from "../../engine/index";
import { DataError } from "../../errors";
import type { Adapter } from "./adapter";

/**
 * Amazon Beauty: `interactions` (user_id, step from 0 in time order, item_id) and `attributes` (item_id, attribute_id).
 * The authors kept the order of events and not their times, so there is no relation in the event schema.
 */
export const amazonBeauty: Adapter = async ({ engine, files, schema }) => {
  await engine.run(`CREATE TABLE ${schema}.interactions AS
    WITH lines AS (
      SELECT string_split(line, ' ') AS words FROM read_csv(${quoteText(files.sequences)}, auto_detect = false,
        header = false, delim = '\u001f', quote = '', escape = '', columns = {'line': 'VARCHAR'}))
    SELECT CAST(words[1] AS INTEGER) AS user_id, CAST(step AS INTEGER) AS step, CAST(words[step + 2] AS INTEGER) AS item_id
    FROM lines, range(len(words) - 1) AS steps(step) ORDER BY user_id, step`);
  const { items, attributes } = await readAttributes(files.attributes);
  await engine.run(
    `CREATE TABLE ${schema}.attributes AS
    SELECT unnest($items::INTEGER[]) AS item_id, unnest($attributes::INTEGER[]) AS attribute_id`,
    { items, attributes },
  );
  return { relations: [`${schema}.interactions`, `${schema}.attributes`] };
};

/** The item-to-attributes file as two columns, by item. Throws DataError for a file of another form. */
async function readAttributes(path: string): Promise<{ items: Int32Array; attributes: Int32Array }> {
  const parsed = JSON.parse(await readFile(path, "utf8")) as Record<string, number[]>;
  const items: number[] = [];
  const attributes: number[] = [];
  for (const [item, list] of Object.entries(parsed))
    for (const attribute of list) {
      if (!Number.isInteger(attribute))
        throw new DataError("an attribute is a whole number", { value: attribute, place: `${path}, item ${item}` });
      items.push(Number(item));
      attributes.push(attribute);
    }
  return { items: Int32Array.from(items), attributes: Int32Array.from(attributes) };
}
