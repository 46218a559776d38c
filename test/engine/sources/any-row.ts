import * as fc from "fast-check";

/** One value of each kind that both servers store, as the texts that are compared. */
export const row = fc.record({
  whole: fc.option(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String), { nil: null }),
  price: fc.option(
    fc.bigInt({ min: -(10n ** 19n) + 1n, max: 10n ** 19n - 1n }).map((units) => {
      const digits = String(units < 0n ? -units : units).padStart(7, "0");
      return `${units < 0n ? "-" : ""}${digits.slice(0, -6)}.${digits.slice(-6)}`;
    }),
    { nil: null },
  ),
  share: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e300, max: 1e300 }), { nil: null }),
  label: fc.option(
    fc.string({ unit: "grapheme", maxLength: 12 }).filter((text) => !text.includes("\0")),
    { nil: null },
  ),
  moment: fc.option(
    fc.bigInt({ min: -30_000_000_000_000_000n, max: 250_000_000_000_000_000n }).map((micros) => {
      const floor = micros >= 0n ? micros / 1_000_000n : -((-micros + 999_999n) / 1_000_000n);
      const rest = micros - floor * 1_000_000n;
      const text = new Date(Number(floor) * 1000).toISOString().slice(0, 19).replace("T", " ");
      return `${text}.${String(rest).padStart(6, "0")}`;
    }),
    { nil: null },
  ),
  bytes: fc.option(fc.uint8Array({ maxLength: 9 }), { nil: null }),
});
