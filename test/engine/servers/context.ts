import { type Engine, openEngine } from "../../../lib/engine/index";
import type { TableSource } from "../../../lib/engine/sources/table";
import { Unavailable } from "./packages";
import type { DatabaseServer } from "./server";
import { locationOf, openSession, PASSWORD_FROM, type Session } from "./session";

/** What a test of reading from a server has at hand. */
export interface Context {
  server: DatabaseServer;
  session: Session;
  engine: Engine;
  /** Where the server is, to be completed with a table or a query. */
  source: TableSource;
  close(): Promise<void>;
}

/** Starts a server with a table `sales` of 4 shops with 50 rows each; undefined, said aloud, where it can't be had. */
export async function openContext(name: string, start: () => Promise<DatabaseServer>): Promise<Context | undefined> {
  let server: DatabaseServer;
  try {
    server = await start();
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    console.log(`skipped: ${name}: ${error.message}`);
    return undefined;
  }
  process.env[PASSWORD_FROM] = server.password;
  const session = await openSession(server);
  const engine = await openEngine({ threads: 1 });
  await session.run("CREATE TABLE sales (shop VARCHAR(20), id INTEGER, amount DECIMAL(10, 2), PRIMARY KEY (shop, id))");
  for (let shop = 0; shop < 4; shop++) {
    const rows = Array.from({ length: 50 }, (_, id) => `('shop ${shop}', ${id}, ${id}.25)`);
    await session.run(`INSERT INTO sales VALUES ${rows.join(", ")}`);
  }
  const close = async () => {
    await session.close();
    await engine.close();
    await server.stop();
  };
  return { server, session, engine, source: locationOf(server), close };
}
