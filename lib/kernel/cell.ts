import { toBundle } from "../workbench/format/index";
import { describe, helpQuery } from "./assistance";
import { describeFailure, type Failure } from "./failure";
import type { Language } from "./language";
import type { Content } from "./messages";

/** What a cell yields beside its outputs. */
export interface CellResult {
  /** MIME bundle of the last expression's value, if it has one. */
  data?: Content;
  user_expressions: Record<string, Content>;
  payload: Content[];
}

/** Runs a cell's code, then the expressions that the front end wants evaluated after it. */
export async function runCell(
  language: Language,
  code: string,
  source: string,
  expressions: Record<string, string>,
): Promise<CellResult> {
  const query = helpQuery(code);
  if (query !== undefined) return { user_expressions: {}, payload: [page(language, query)] };
  const result = await language.execute(code, source);
  await strays();
  const data = result && (await bundle(result.value));
  const user_expressions: Record<string, Content> = {};
  for (const [name, expression] of Object.entries(expressions)) {
    user_expressions[name] = await evaluate(language, expression, `expression [${name}]`);
  }
  return { data, user_expressions, payload: [] };
}

async function evaluate(language: Language, expression: string, source: string): Promise<Content> {
  try {
    const result = await language.execute(expression, source);
    return { status: "ok", data: result ? await bundle(result.value) : {}, metadata: {} };
  } catch (error) {
    const failure: Failure = describeFailure(error, language.positions);
    return { status: "error", ...failure };
  }
}

function page(language: Language, query: string): Content {
  const text = describe(language, query, query.length) ?? `Nothing is known by the name ${query}.`;
  return { source: "page", data: { "text/plain": text }, start: 0 };
}

async function bundle(value: unknown): Promise<Content> {
  return { ...(await toBundle(value)) };
}

/** Node tells of a rejection that nobody awaits when all that is ready has run: let it, while the cell still counts. */
function strays(): Promise<void> {
  return new Promise((done) => setImmediate(done));
}
