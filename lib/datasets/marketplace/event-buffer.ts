/** The kinds of event that the market makes, by their code. */
export const EVENT_TYPES = ["view", "search", "favourite", "cart", "purchase", "refund"] as const;

/** Codes of {@link EVENT_TYPES}. */
export const VIEW = 0;
export const SEARCH = 1;
export const FAVOURITE = 2;
export const CART = 3;
export const PURCHASE = 4;
export const REFUND = 5;

/** What a purchase was promoted by: 0 nothing, 1 … a coupon arm, and the flash sale. */
export const FLASH = 9;

/** Events as columns. For a search `item` is the category searched for. Money is in cents. */
export interface EventColumns {
  length: number;
  /** Whole seconds since the market's start. */
  time: Float64Array;
  user: Int32Array;
  item: Int32Array;
  type: Uint8Array;
  price: Int32Array;
  quantity: Uint8Array;
  session: Int32Array;
  promotion: Uint8Array;
}

const FIELDS = ["time", "user", "item", "type", "price", "quantity", "session", "promotion"] as const;

/** Events that have been made and not yet put out, in any order; grows as needed. */
export class EventBuffer {
  private columns = allocate(4096);

  get length(): number {
    return this.columns.length;
  }

  push(
    time: number,
    user: number,
    item: number,
    type: number,
    price: number,
    quantity: number,
    session: number,
    promotion: number,
  ): void {
    const row = this.columns.length;
    if (row === this.columns.time.length) this.columns = copy(this.columns, allocate(2 * row));
    const { columns } = this;
    columns.time[row] = time;
    columns.user[row] = user;
    columns.item[row] = item;
    columns.type[row] = type;
    columns.price[row] = price;
    columns.quantity[row] = quantity;
    columns.session[row] = session;
    columns.promotion[row] = promotion;
    columns.length++;
  }

  /**
   * Takes out the events with begin ≤ time < end, ordered by time (of one second: in the order they were made), by
   * counting: O(events + seconds). The rest stays.
   */
  take(begin: number, end: number): EventColumns {
    const { columns } = this;
    const starts = new Int32Array(end - begin + 1);
    let rest = 0;
    for (let row = 0; row < columns.length; row++)
      if (columns.time[row] < end) starts[columns.time[row] - begin + 1]++;
      else rest++;
    for (let second = 1; second < starts.length; second++) starts[second] += starts[second - 1];
    const taken = allocate(columns.length - rest);
    taken.length = columns.length - rest;
    const kept = allocate(Math.max(4096, rest));
    for (let row = 0; row < columns.length; row++) {
      const due = columns.time[row] < end;
      const target = due ? taken : kept;
      const place = due ? starts[columns.time[row] - begin]++ : kept.length++;
      for (const field of FIELDS) target[field][place] = columns[field][row];
    }
    this.columns = kept;
    return taken;
  }
}

function allocate(size: number): EventColumns {
  return {
    length: 0,
    time: new Float64Array(size),
    user: new Int32Array(size),
    item: new Int32Array(size),
    type: new Uint8Array(size),
    price: new Int32Array(size),
    quantity: new Uint8Array(size),
    session: new Int32Array(size),
    promotion: new Uint8Array(size),
  };
}

function copy(from: EventColumns, to: EventColumns): EventColumns {
  for (const field of FIELDS) to[field].set(from[field]);
  to.length = from.length;
  return to;
}
