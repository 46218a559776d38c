import type { IntentQuestion } from "./data";

const WEEK = 7 * 86_400;
/** The last whole week of Ta Feng begins here; nothing after is known. */
const LAST = Date.UTC(2001, 1, 22) / 1000;

/** Ta Feng's: three weeks to learn from, one to choose epochs by, one to be judged on, each later than the one before. */
export const QUESTION: IntentQuestion = {
  horizon: 7,
  train: [LAST - 4 * WEEK, LAST - 3 * WEEK, LAST - 2 * WEEK],
  validation: LAST - WEEK,
  test: LAST,
  end: LAST + WEEK,
};
