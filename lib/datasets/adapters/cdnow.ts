import { quoteText } from "../../engine/index";
import type { Adapter } from "./adapter";
import { createEvents, type EventLayout } from "./events";

/** The n-th word of a line whose words are apart by blanks. */
const word = (n: number) => `regexp_split_to_array(trim(line), '\\s+')[${n}]`;
const DAY = `try_strptime(${word(2)}, '%Y%m%d')`;
const DISCS = `TRY_CAST(${word(3)} AS DOUBLE)`;
const DOLLARS = `TRY_CAST(${word(4)} AS DOUBLE)`;

/**
 * CDNOW's lines as events. A line is one order: customer, day, number of discs, dollars; which discs is not known, so
 * all have the item `cd` and the order's mean price. The file's columns are apart by blanks: it is read line by line.
 */
export const CDNOW: EventLayout = {
  columns: ["line"],
  delimiter: "\u001f",
  quote: "",
  events: {
    event_time: DAY,
    user_id: `nullif(${word(1)}, '')`,
    item_id: "'cd'",
    event_type: "'purchase'",
    price: `${DOLLARS} / nullif(${DISCS}, 0)`,
    quantity: DISCS,
    channel: "'web'",
  },
  requirements: [
    { field: "line", holds: `len(regexp_split_to_array(trim(line), '\\s+')) = 4`, reason: "not four words" },
    { field: "line", holds: `${DAY} IS NOT NULL`, reason: "the second word is not a date such as 19970101" },
    { field: "line", holds: `isfinite(${DISCS})`, reason: "the third word is not a number" },
    { field: "line", holds: `isfinite(${DOLLARS})`, reason: "the fourth word is not a number" },
  ],
};

/** CDNOW: `events`; `summary` of the 1/10 sample (customer, frequency, recency and age in weeks). */
export const cdnow: Adapter = async ({ engine, files, schema }) => {
  const events = `${schema}.events`;
  await createEvents(engine, events, files.purchases, CDNOW);
  await engine.run(`CREATE TABLE ${schema}.summary AS
    SELECT ID AS customer, frequency, recency, T AS age FROM read_csv(${quoteText(files.summary)}, auto_detect = false,
      header = true, columns = {'ID': 'INTEGER', 'frequency': 'INTEGER', 'recency': 'DOUBLE', 'T': 'DOUBLE'})
    ORDER BY customer`);
  return { events, relations: [events, `${events}_unreadable`, `${schema}.summary`] };
};
