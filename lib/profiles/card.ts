import { InputError } from "../errors";

/** One line of a card. */
export interface CardFact {
  label: string;
  value: string | number | undefined;
  /** Shown after a number, e.g. "days", "TWD". */
  unit?: string;
  /** In [0, 1]: draws a bar, e.g. a probability or a rank among all users. */
  share?: number;
}

/** What a profile card shows: one user, or one segment. */
export interface Profile {
  /** E.g. "Customer 01622362", or "Segment: high frequency, low recency". */
  title: string;
  subtitle?: string;
  /** Sections in order: attributes, behaviour, value, churn, tastes, price sensitivity. */
  sections: readonly { title: string; facts: readonly CardFact[] }[];
}

/** An object that shows itself in a notebook, and reads as text elsewhere. */
export interface ProfileCard {
  readonly profile: Profile;
  toString(): string;
}

/** What a user's purchases say about prices: columns of `userFeatures` by its groups `priceLevel` and `priceSensitivity`. */
export interface PriceFeatures {
  markdown_share?: number;
  item_price_index?: number;
  category_price_index?: number;
  units_slope?: number;
  purchase_slope?: number;
}

/**
 * The card's section on price sensitivity. Slopes are told as what 10 % off does, at x = ln 0.9: units change by the
 * factor 0.9^slope, the chance of buying by slope · ln 0.9 in points. What isn't known (NaN, undefined) is left out.
 */
export function priceSensitivitySection(features: PriceFeatures): Profile["sections"][number] {
  const { markdown_share, item_price_index, category_price_index, units_slope, purchase_slope } = features;
  const given = (value: number | undefined): value is number => value !== undefined && !Number.isNaN(value);
  const percent = (value: number) => 100 * value;
  return {
    title: "Price sensitivity",
    facts: [
      {
        label: "bought on markdown",
        value: given(markdown_share) ? percent(markdown_share) : undefined,
        unit: "% of lines",
        ...(given(markdown_share) ? { share: markdown_share } : {}),
      },
      {
        label: "pays, of an item's mean price",
        value: given(item_price_index) ? percent(item_price_index) : undefined,
        unit: "%",
      },
      {
        label: "pays, of a category's mean price",
        value: given(category_price_index) ? percent(category_price_index) : undefined,
        unit: "%",
      },
      {
        label: "10 % off: units a purchase",
        value: given(units_slope) ? percent(0.9 ** units_slope - 1) : undefined,
        unit: "%",
      },
      {
        label: "10 % off: chance of buying",
        value: given(purchase_slope) ? percent(purchase_slope * Math.log(0.9)) : undefined,
        unit: "points",
      },
    ],
  };
}

const DISPLAY = Symbol.for("Jupyter.display");

/**
 * A profile as a card for a notebook: HTML, with plain text beside it. Numbers are shown with at most four significant digits;
 * facts without a value are left out, and sections without facts.
 * Throws {@link InputError} for a share outside [0, 1] and a profile without any fact.
 */
export function profileCard(profile: Profile): ProfileCard {
  const sections = profile.sections
    .map(({ title, facts }) => ({ title, facts: facts.filter(({ value }) => known(value)) }))
    .filter(({ facts }) => facts.length > 0);
  if (sections.length === 0) throw new InputError("a profile card needs a fact", { value: profile.title });
  for (const { facts } of sections)
    for (const { label, share } of facts)
      if (share !== undefined && !(share >= 0 && share <= 1))
        throw new InputError("a share is in [0, 1]", { value: share, place: label });
  const shown = { ...profile, sections };
  return {
    profile,
    toString: () => asText(shown),
    [DISPLAY]: () => ({ "text/html": asHtml(shown), "text/plain": asText(shown) }),
  } as ProfileCard;
}

function known(value: CardFact["value"]): boolean {
  return value !== undefined && value !== "" && !(typeof value === "number" && Number.isNaN(value));
}

function written({ value, unit }: CardFact): string {
  const text = typeof value === "number" ? number(value) : String(value);
  return unit ? `${text} ${unit}` : text;
}

function number(value: number): string {
  if (Number.isInteger(value) || Math.abs(value) >= 1000)
    return value.toLocaleString("en", { maximumFractionDigits: 0 });
  return String(Number(value.toPrecision(4)));
}

function asText({ title, subtitle, sections }: Profile): string {
  const lines = sections.flatMap((section) => [
    "",
    section.title,
    ...section.facts.map((fact) => `  ${fact.label}: ${written(fact)}`),
  ]);
  return [subtitle ? `${title} (${subtitle})` : title, ...lines].join("\n");
}

function asHtml({ title, subtitle, sections }: Profile): string {
  const row = (fact: CardFact) =>
    `<tr><td style="text-align:left;opacity:.75">${escapeHtml(fact.label)}</td>` +
    `<td style="text-align:right">${escapeHtml(written(fact))}</td><td style="width:5em">${bar(fact.share)}</td></tr>`;
  const body = sections.map(
    (section) =>
      `<div style="min-width:16em"><b>${escapeHtml(section.title)}</b>` +
      `<table style="width:100%;border-collapse:collapse">${section.facts.map(row).join("")}</table></div>`,
  );
  const under = subtitle ? `<div style="opacity:.75">${escapeHtml(subtitle)}</div>` : "";
  return (
    '<div style="border:1px solid rgba(128,128,128,.5);border-radius:6px;padding:.8em 1em;max-width:60em">' +
    `<div style="font-size:1.2em;font-weight:bold">${escapeHtml(title)}</div>${under}` +
    `<div style="display:flex;flex-wrap:wrap;gap:1em 2em;margin-top:.6em">${body.join("")}</div></div>`
  );
}

function bar(share: number | undefined): string {
  if (share === undefined) return "";
  return (
    '<div style="background:rgba(128,128,128,.25);height:.6em;border-radius:.3em">' +
    `<div style="background:#4c78a8;height:.6em;border-radius:.3em;width:${(100 * share).toFixed(1)}%"></div></div>`
  );
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[sign] as string);
}
