import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpackDebian } from "./packages";
import { type DatabaseServer, dataFolder, freePort, runOnce, startServer, stopServer } from "./server";

const USER = "flashlab";
const PASSWORD = "pass word'\"%$ü";

/** Starts MariaDB: the machine's own or one unpacked from Debian's packages. Throws Unavailable, with the reason. */
export async function startMariaDb({ installed = true } = {}): Promise<DatabaseServer> {
  const own = installed && existsSync("/usr/sbin/mariadbd") && existsSync("/usr/share/mysql/mysql_system_tables.sql");
  const unpacked = own ? undefined : await unpackDebian("mariadb", [/^mariadb-server-core$/]);
  const root = unpacked?.root ?? "/";
  const env = unpacked?.env ?? {};
  const folder = dataFolder("mariadb");
  const share = join(root, "usr", "share", "mysql");
  const program = join(root, "usr", "sbin", "mariadbd");
  const settings = [
    "--no-defaults",
    `--basedir=${join(root, "usr")}`,
    `--lc-messages-dir=${share}`,
    `--datadir=${folder}`,
    `--tmpdir=${folder}`,
    "--innodb-flush-log-at-trx-commit=0",
    "--innodb-buffer-pool-size=32M",
    "--innodb-log-file-size=16M",
    "--aria-log-file-size=8M",
  ];
  const tables = ["mysql_system_tables", "mysql_system_tables_data", "mysql_performance_tables"]
    .map((file) => readFileSync(join(share, `${file}.sql`), "utf8"))
    .join("\n");
  runOnce(
    program,
    [...settings, "--bootstrap", "--skip-grant-tables"],
    env,
    `CREATE DATABASE mysql;\nUSE mysql;\n${tables}`,
  );
  const start = join(folder, "start.sql");
  writeFileSync(
    start,
    [
      `CREATE USER '${USER}'@'127.0.0.1' IDENTIFIED BY '${PASSWORD.replaceAll("'", "''")}'`,
      `GRANT ALL ON *.* TO '${USER}'@'127.0.0.1'`,
      "CREATE DATABASE shop CHARACTER SET utf8mb4",
    ]
      .map((statement) => `${statement};\n`)
      .join(""),
    { mode: 0o644 },
  );
  const port = await freePort();
  const child = await startServer(
    program,
    [
      ...settings,
      "--bind-address=127.0.0.1",
      `--port=${port}`,
      "--skip-name-resolve",
      "--skip-ssl",
      "--character-set-server=utf8mb4",
      `--socket=${join(folder, "socket")}`,
      `--pid-file=${join(folder, "pid")}`,
      `--init-file=${start}`,
    ],
    env,
    /ready for connections[\s\S]*Version: '([^']+)'/,
  );
  return {
    kind: "mysql",
    host: "127.0.0.1",
    port,
    user: USER,
    password: PASSWORD,
    database: "shop",
    stop: async () => {
      await stopServer(child, [folder], "SIGKILL");
      unpacked?.remove();
    },
  };
}
