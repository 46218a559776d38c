import { type Engine, type QueryOptions, quoteIdentifier } from "../../engine/index";
import { InputError, requireNumber } from "../../errors";
import { requireRelation } from "../step";

/** Something that names a person by itself, or lets anyone reach or impersonate one. */
export interface IdentifierRule {
  kind: string;
  /** Matches the column's name, in lower case with `_` between its words. */
  name?: RegExp;
  /** A regular expression (of the kind that RE2 and Java share) that such values match. */
  content?: string;
}

/**
 * What is taken for a direct identifier. Names of things (`product_name`) aren't; what identifies only together with more
 * (postcode, age, date of birth, sex) isn't either: that is for `kAnonymity`.
 */
export const DIRECT_IDENTIFIERS: readonly IdentifierRule[] = [
  {
    kind: "name",
    name: /^(((first|last|full|given|family|middle|maiden|sur|fore|real|legal|display|nick)_?|(customer|user|client|buyer|member|person|contact|recipient|receiver|billing|shipping|cardholder|holder)_)name|surname|forename|name)$/,
  },
  {
    kind: "e-mail",
    name: /(^|_)e?_?mail(_address)?(_|$)/,
    content: "[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+",
  },
  {
    kind: "telephone",
    name: /(^|_)(phone|telephone|tel|mobile|cell|fax|msisdn)(_?(number|no|nr))?(_|$)/,
    content: "^(\\+[0-9][0-9 ()./-]{6,18}[0-9]|\\(?0[0-9]{1,5}\\)?[ /-][0-9]{3,}[0-9 -]{1,10})$",
  },
  {
    kind: "address",
    name: /(^|_)((street|postal|home|billing|shipping|delivery)_?)?(address(_line)?|street|addr)(_?[0-9])?$/,
  },
  {
    kind: "network address",
    name: /(^|_)(ip|ipv4|ipv6|mac)(_?addr(ess)?)?$/,
    content: "^([0-9]{1,3}\\.){3}[0-9]{1,3}$|^([0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}$",
  },
  { kind: "device", name: /(^|_)(imei|imsi|idfa|gaid|aaid|android_id|device_id|cookie(_id)?|fingerprint)(_|$)/ },
  {
    kind: "identity document",
    name: /(^|_)(passport|ssn|social_security|national_id|id_card|identity_card|tax_id|tin|driving_licen[cs]e|licen[cs]e_plate)(_|$)/,
  },
  {
    kind: "bank account or card",
    name: /(^|_)(iban|bic|account_(number|no)|bank_account|card_(number|no)|credit_card|pan|cvv|cvc)(_|$)/,
    content: "^[A-Z]{2}[0-9]{2}( ?[A-Z0-9]{4}){2,7}( ?[A-Z0-9]{1,3})?$|^[0-9]{4}([ -][0-9]{4}){3}$",
  },
  { kind: "account", name: /(^|_)(login|user_?name|nick|handle|screen_name|profile_url)(_|$)/ },
  { kind: "secret", name: /(^|_)(password|passwd|pwd|secret|token|api_key|session_key)(_|$)/ },
];

/** Why a column was dropped, or is suspicious and was kept because the caller said so. */
export interface IdentifierFinding {
  column: string;
  kind: string;
  by: "name" | "content";
  /** Share of the values, NULLs apart, that match the content rule; NaN for a finding by name. */
  share: number;
}

/** What {@link dropDirectIdentifiers} did. */
export interface IdentifierReport {
  output: string;
  dropped: IdentifierFinding[];
  /** What would have been dropped, but is named in `keep`. */
  kept: IdentifierFinding[];
}

/** Options of {@link dropDirectIdentifiers}. */
export interface IdentifierOptions extends QueryOptions {
  /** Default {@link DIRECT_IDENTIFIERS}. */
  rules?: readonly IdentifierRule[];
  /** Columns that stay whatever the rules say: those that were looked at, or become pseudonyms next. */
  keep?: readonly string[];
  /** Share of a column's values that must match a content rule, in (0, 1]. Default 0.01. */
  share?: number;
}

/**
 * Makes `output` of `input` without the columns that hold direct identifiers, by the columns' names and by all values of
 * text columns. The report says what was dropped and why. Rules can only find what looks like an identifier: read the
 * names of what is left. Throws InputError where nothing would be left, or for a column in `keep` that isn't there.
 */
export async function dropDirectIdentifiers(
  engine: Engine,
  input: string,
  output: string,
  { rules = DIRECT_IDENTIFIERS, keep = [], share = 0.01, ...options }: IdentifierOptions = {},
): Promise<IdentifierReport> {
  for (const name of [input, output]) requireRelation(name);
  requireNumber(share, "share", Number.MIN_VALUE, 1);
  const columns = await engine.describe(input);
  const unknown = keep.find((name) => !columns.some((column) => column.name === name));
  if (unknown !== undefined)
    throw new InputError("a column to keep isn't there", {
      value: unknown,
      place: "keep",
      remedy: `The columns are ${columns.map(({ name }) => name).join(", ")}.`,
    });
  const found = new Map<string, IdentifierFinding>();
  for (const { name: column } of columns) {
    const rule = rules.find(({ name }) => name?.test(words(column)));
    if (rule !== undefined) found.set(column, { column, kind: rule.kind, by: "name", share: Number.NaN });
  }
  const texts = columns.filter(({ name, type }) => type === "text" && !found.has(name)).map(({ name }) => name);
  for (const finding of await byContent(engine, input, texts, rules, share, options))
    found.set(finding.column, finding);
  const findings = columns.flatMap(({ name }) => found.get(name) ?? []);
  const dropped = findings.filter(({ column }) => !keep.includes(column));
  const left = columns.filter(({ name }) => !dropped.some(({ column }) => column === name));
  if (left.length === 0)
    throw new InputError("every column is taken for a direct identifier", {
      value: input,
      remedy: "Name some in keep.",
    });
  const list = left.map(({ name }) => quoteIdentifier(name)).join(", ");
  await engine.createTable(output, `SELECT ${list} FROM ${input}`, undefined, options);
  return { output, dropped, kept: findings.filter(({ column }) => keep.includes(column)) };
}

/** `customerEmail`, `Customer E-Mail` → `customer_email`, `customer_e_mail`. */
function words(column: string): string {
  return column
    .replace(/([a-z0-9])([A-Z])/g, "$1_$2")
    .replace(/[^A-Za-z0-9]+/g, "_")
    .replace(/^_|_$/g, "")
    .toLowerCase();
}

async function byContent(
  engine: Engine,
  input: string,
  columns: readonly string[],
  rules: readonly IdentifierRule[],
  share: number,
  options: QueryOptions,
): Promise<IdentifierFinding[]> {
  const withContent = rules.filter(({ content }) => content !== undefined);
  if (columns.length === 0 || withContent.length === 0) return [];
  const counts = columns.flatMap((column, at) => [
    `count(${quoteIdentifier(column)}) AS n${at}`,
    ...withContent.map(
      ({ content }, rule) =>
        `count(CASE WHEN ${engine.dialect.matches(quoteIdentifier(column), content as string)} THEN 1 END) AS n${at}_${rule}`,
    ),
  ]);
  const found = await engine.columns(`SELECT ${counts.join(", ")} FROM ${input}`, undefined, options);
  return columns.flatMap((column, at) => {
    const shares = withContent.map((_, rule) => Number(found[`n${at}_${rule}`][0]) / Number(found[`n${at}`][0]));
    const rule = shares.findIndex((each) => each > 0 && each >= share);
    return rule < 0 ? [] : [{ column, kind: withContent[rule].kind, by: "content" as const, share: shares[rule] }];
  });
}
