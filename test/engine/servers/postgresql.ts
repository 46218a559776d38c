import { existsSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { unpackDebian } from "./packages";
import { type DatabaseServer, dataFolder, freePort, runOnce, startServer, stopServer } from "./server";

const USER = "flashlab";
const PASSWORD = "pass word'\"%$ü";

/** Starts PostgreSQL: the machine's own or one unpacked from Debian's packages. Throws Unavailable, with the reason. */
export async function startPostgreSql({ installed = true } = {}): Promise<DatabaseServer> {
  const own = installed ? programs("/") : undefined;
  const unpacked = own === undefined ? await unpackDebian("postgresql", [/^postgresql-\d+$/]) : undefined;
  const bin = own ?? programs(unpacked?.root ?? "/") ?? "";
  const env = { ...unpacked?.env, LC_ALL: "C" };
  const folder = dataFolder("postgresql");
  const password = join(folder, "password");
  const data = join(folder, "data");
  writeFileSync(password, PASSWORD, { mode: 0o644 });
  const setting = ["--encoding=UTF8", "--locale=C", "--no-sync", "--auth=scram-sha-256"];
  runOnce(join(bin, "initdb"), ["-D", data, "-U", USER, `--pwfile=${password}`, ...setting], env);
  const port = await freePort();
  const server = [
    "listen_addresses=127.0.0.1",
    `port=${port}`,
    "unix_socket_directories=",
    "fsync=off",
    "timezone=GMT",
  ];
  const child = await startServer(
    join(bin, "postgres"),
    ["-D", data, ...server.flatMap((each) => ["-c", each])],
    env,
    /ready to accept connections/,
  );
  return {
    kind: "postgresql",
    host: "127.0.0.1",
    port,
    user: USER,
    password: PASSWORD,
    database: "postgres",
    stop: async () => {
      await stopServer(child, [folder], "SIGQUIT");
      unpacked?.remove();
    },
  };
}

/** The folder of the newest PostgreSQL's programs under a root, where Debian puts them. */
function programs(root: string): string | undefined {
  const versions = join(root, "usr", "lib", "postgresql");
  if (!existsSync(versions)) return undefined;
  return readdirSync(versions)
    .sort((a, b) => Number(b) - Number(a))
    .map((version) => join(versions, version, "bin"))
    .find((bin) => existsSync(join(bin, "initdb")) && existsSync(join(bin, "postgres")));
}
