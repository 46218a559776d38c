import type { Adapter } from "./adapter";
import { createEvents, type EventLayout } from "./events";

const TIME = "try_strptime(InvoiceDate, '%Y-%m-%d %H:%M:%S')";
const QUANTITY = "TRY_CAST(Quantity AS DOUBLE)";
const CANCELLED = "starts_with(InvoiceNo, 'C')";

/**
 * Online Retail's fields as events. An invoice is a session; one whose number begins with C cancels an earlier one:
 * its lines are refunds, with the quantity counted upwards. Times in the file are the shop's, in London. Lines that
 * aren't goods (postage, bank charges, manual corrections) keep their stock codes: POST, BANK CHARGES, M, D, …
 */
export const ONLINE_RETAIL: EventLayout = {
  columns: ["InvoiceNo", "StockCode", "Description", "Quantity", "InvoiceDate", "UnitPrice", "CustomerID", "Country"],
  events: {
    event_time: `(${TIME} AT TIME ZONE 'Europe/London')`,
    user_id: "nullif(regexp_replace(CustomerID, '\\.0$', ''), '')",
    item_id: "nullif(StockCode, '')",
    event_type: `CASE WHEN ${CANCELLED} THEN 'refund' ELSE 'purchase' END`,
    price: "TRY_CAST(UnitPrice AS DOUBLE)",
    quantity: `CASE WHEN ${CANCELLED} THEN -${QUANTITY} ELSE ${QUANTITY} END`,
    session_id: "nullif(InvoiceNo, '')",
    channel: "'web'",
    region: "nullif(Country, '')",
  },
  extras: { description: "nullif(Description, '')" },
  requirements: [
    { field: "InvoiceDate", holds: `${TIME} IS NOT NULL`, reason: "not a time such as 2010-12-01 08:26:00" },
    { field: "StockCode", holds: "StockCode <> ''", reason: "no product" },
    { field: "Quantity", holds: `isfinite(${QUANTITY})`, reason: "not a number" },
    { field: "UnitPrice", holds: "isfinite(TRY_CAST(UnitPrice AS DOUBLE))", reason: "not a number" },
    { field: "CustomerID", holds: "CustomerID <> ''", reason: "no customer" },
  ],
};

/** Online Retail: `events`. */
export const onlineRetail: Adapter = async ({ engine, files, schema }) => {
  const events = `${schema}.events`;
  await createEvents(engine, events, files.transactions, ONLINE_RETAIL);
  return { events, relations: [events, `${events}_unreadable`] };
};
