import { type Engine, quoteIdentifier, quoteText } from "../engine/index";
import { InputError } from "../errors";

/** What was fitted to one column: over all rows and, where asked for, group by group. Plain data: keep it as JSON. */
export interface Grouped<T> {
  /** Over all rows; also for groups that weren't seen, that are too small, and for rows without a group. */
  overall: T;
  /** The column whose values are the groups; absent without groups. */
  by?: string;
  /** One entry a group that was large enough. */
  groups?: { group: string; fit: T }[];
}

/** A number as SQL of type DOUBLE, exactly; infinities and NaN included. */
export function numberLiteral({ dialect }: Engine, value: number): string {
  const text = value === Infinity ? "Infinity" : value === -Infinity ? "-Infinity" : String(value);
  return `CAST('${text}' AS ${dialect.types.double})`;
}

/** A group's value as text, the way that it is kept in a fit and compared when the fit is applied. */
export function groupText({ dialect }: Engine, by: string, alias?: string): string {
  return `CAST(${alias === undefined ? "" : `${alias}.`}${quoteIdentifier(by)} AS ${dialect.types.text})`;
}

const PER_STATEMENT = 2000;

/** Makes a relation of a fit's groups: `k` (the group as text) and the fit's values under the names given. */
export async function createGroups<T>(
  engine: Engine,
  name: string,
  groups: readonly { group: string; fit: T }[],
  values: Record<string, (fit: T) => string>,
): Promise<void> {
  const rows = groups.map(
    ({ group, fit }) => `(${[quoteText(group), ...Object.values(values).map((value) => value(fit))].join(", ")})`,
  );
  const names = ["k", ...Object.keys(values)].map(quoteIdentifier).join(", ");
  for (let at = 0; at < rows.length; at += PER_STATEMENT) {
    const select = `SELECT * FROM (VALUES ${rows.slice(at, at + PER_STATEMENT).join(", ")}) AS g(${names})`;
    if (at === 0) await engine.createTable(name, select);
    else await engine.insert(name, select);
  }
}

/** Checks that a relation has a column; throws InputError that lists the columns there are. Returns its type. */
export async function requireColumn(engine: Engine, relation: string, column: string): Promise<string> {
  const columns = await engine.describe(relation);
  const found = columns.find((each) => each.name === column);
  if (found) return found.type;
  throw new InputError("there is no such column", {
    value: column,
    place: relation,
    remedy: `Columns: ${columns.map((each) => each.name).join(", ")}.`,
  });
}

/** Checks that a column holds numbers; throws InputError. */
export async function requireNumeric(engine: Engine, relation: string, column: string): Promise<string> {
  const type = await requireColumn(engine, relation, column);
  if (["integer", "bigint", "float", "double", "other"].includes(type)) return type;
  throw new InputError(`expected a column of numbers, it holds ${type}`, {
    value: column,
    place: relation,
    remedy: "Choose a numeric column, or cast it in a view.",
  });
}
