import { call, type Handle } from "./library";

/** A booster of the library as text, its first `iterations` (−1: all). */
export function boosterText(booster: Handle, iterations: number): string {
  let text = Buffer.alloc(1 << 16);
  for (;;) {
    const needed: [number] = [0];
    call("LGBM_BoosterSaveModelToString", booster, 0, iterations, 0, text.length, needed, text);
    const size = Number(needed[0]);
    // The size counts the closing zero.
    if (size <= text.length) return text.toString("utf8", 0, size - 1);
    text = Buffer.alloc(size);
  }
}
