/**
 * What a sale is accounted by, from its opening to the present; the places in a ledger row. Money in the currency's major unit.
 *
 * - visitors: people who came while the sale was open; visits: those, and the returns of those who had waited.
 * - demanded: visits on which somebody chose a product; orders: those that got at least a unit.
 * - cancelled: orders that were not paid; buyers: orders less those.
 * - units: sold to buyers; returned: of these, sent back after the sale.
 * - gmv: gross merchandise value, what buyers paid before returns.
 * - margin: (list price − unit cost) of the units kept.
 * - promotion: money off the units kept, and all gifts.
 * - borrowed: expected margin, at the list price, of later sales that the units kept replace.
 * - returns: handling, and unit cost less salvage, of the units returned.
 * - leftovers: salvage − unit cost of the units never sold, booked at the window's end.
 * - surplus: customers' expected surplus over not buying.
 */
export const LEDGER = [
  "visitors",
  "visits",
  "demanded",
  "orders",
  "cancelled",
  "buyers",
  "units",
  "returned",
  "gmv",
  "margin",
  "promotion",
  "borrowed",
  "returns",
  "leftovers",
  "surplus",
  "spent",
] as const;

export type LedgerColumn = (typeof LEDGER)[number];

/** Numbers in a ledger row. */
export const LEDGER_SIZE = LEDGER.length;

/** A sale's account, and what follows from it. */
export interface Outcome extends Record<LedgerColumn, number> {
  /** Incremental contribution margin: margin − promotion − borrowed − returns + leftovers. */
  contribution: number;
  /** Buyers ÷ visitors. */
  participation: number;
  /** Orders ÷ visits. */
  conversion: number;
  /** Units sold, returns not counted back, ÷ stock at the start. */
  sellThrough: number;
}

/** The place of a column in a ledger row. */
export function ledgerIndex(column: LedgerColumn): number {
  return LEDGER.indexOf(column);
}

/**
 * Reads a ledger row.
 *
 * @param ledger rows of {@link LEDGER_SIZE} numbers.
 * @param stock units at the start, of all products.
 * @param row which one. Default 0.
 */
export function readLedger(ledger: ArrayLike<number>, stock: number, row = 0): Outcome {
  const columns = Object.fromEntries(LEDGER.map((name, i) => [name, ledger[row * LEDGER_SIZE + i]])) as Record<
    LedgerColumn,
    number
  >;
  const { margin, promotion, borrowed, returns, leftovers, visitors, visits, buyers, orders, units } = columns;
  return {
    ...columns,
    contribution: margin - promotion - borrowed - returns + leftovers,
    participation: visitors > 0 ? buyers / visitors : 0,
    conversion: visits > 0 ? orders / visits : 0,
    sellThrough: stock > 0 ? units / stock : 0,
  };
}
