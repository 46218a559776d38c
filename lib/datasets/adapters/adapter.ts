import type { Engine } from "../../engine/index";

/** What an adapter is given. */
export interface AdapterContext {
  engine: Engine;
  /** Verified absolute paths by the file's name in the registry. */
  files: Readonly<Record<string, string>>;
  /** The SQL schema that holds the data set's relations; needs no quotes. */
  schema: string;
}

/** What an adapter made, as names that SQL understands without quotes. */
export interface Adapted {
  /** The relation in the event schema, where the data set has events. */
  events?: string;
  relations: string[];
}

/** Opens a data set's files as SQL relations. */
export type Adapter = (context: AdapterContext) => Promise<Adapted>;

/** A registry name as an SQL schema name: `ta-feng` becomes `ta_feng`. */
export function schemaName(dataset: string): string {
  return dataset.replace(/[^a-z0-9]/g, "_");
}
