import { createConnection } from "mysql2/promise";
import { Client } from "pg";
import type { TableSource } from "../../../lib/engine/sources/table";
import type { DatabaseServer } from "./server";

/** The environment variable in which tests keep a server's password. */
export const PASSWORD_FROM = "FLASHLAB_TEST_DATABASE_PASSWORD";

/** Where the reader finds a server. */
export function locationOf({ kind, host, port, user, database }: DatabaseServer): TableSource {
  return { kind, host, port, user, database, passwordFrom: PASSWORD_FROM };
}

/** A connection through which a test fills and changes a server's tables. */
export interface Session {
  /** Runs one statement with `?` for its values, on either kind of server. */
  run(sql: string, values?: readonly (string | number | null | Buffer)[]): Promise<void>;
  close(): Promise<void>;
}

/** Opens a session with the server's own client. */
export async function openSession(server: DatabaseServer): Promise<Session> {
  const { kind, host, port, user, password, database } = server;
  if (kind === "mysql") {
    const connection = await createConnection({ host, port, user, password, database, timezone: "Z" });
    await connection.query("SET time_zone = '+00:00'");
    return {
      run: async (sql, values = []) => {
        await connection.query(sql, [...values]);
      },
      close: () => connection.end(),
    };
  }
  const client = new Client({ host, port, user, password, database });
  client.on("error", () => undefined);
  await client.connect();
  await client.query("SET TIME ZONE 'UTC'");
  return {
    run: async (sql, values = []) => {
      let index = 0;
      await client.query(
        sql.replace(/\?/g, () => `$${++index}`),
        [...values],
      );
    },
    close: () => client.end(),
  };
}
