import { FLASH_SALE } from "./settings";
import type { World } from "./world";

/** One product of the flash sale. Money is in cents, times in seconds since the market's start. */
export interface SaleItem {
  item: number;
  price: number;
  salePrice: number;
  cost: number;
  stock: number;
  /** Units put into carts during the sale; a unit is held for whoever put it there. */
  taken: number;
  /** Units that visitors wanted: taken, and refused because nothing was left. */
  wanted: number;
  /** Units paid for. */
  sold: number;
  /** When the last unit was taken; null: some were left. */
  soldOutAt: number | null;
}

/** The flash sale: a short time, a deep cut, a stock that doesn't last. */
export interface FlashSale {
  begins: number;
  ends: number;
  items: SaleItem[];
}

/** Plans the sale for three quarters through the period; `visits` is how many are expected in it. */
export function planFlashSale(world: World, visits: number): FlashSale {
  const { settings, products, shelves } = world;
  const begins = Math.floor(0.75 * settings.days) * 86400 + FLASH_SALE.hour * 3600;
  // About half of those who look at a product at half its price put it into the cart.
  const demand = (visits * FLASH_SALE.drawn * 0.5) / FLASH_SALE.products;
  const items = shelves.slice(0, FLASH_SALE.products).map((shelf) => {
    const item = shelf.items[0];
    return {
      item,
      price: products.price[item],
      salePrice: Math.round(products.price[item] * (1 - FLASH_SALE.depth)),
      cost: products.cost[item],
      stock: Math.max(2, Math.round(FLASH_SALE.stock * demand)),
      taken: 0,
      wanted: 0,
      sold: 0,
      soldOutAt: null,
    };
  });
  return { begins, ends: begins + FLASH_SALE.hours * 3600, items };
}
