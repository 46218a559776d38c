import { readFileSync } from "node:fs";
import { EnvironmentError, InputError, requireInteger } from "../../../errors";

/** Where a database is and who asks. Either a `url` or its parts; parts win over the url's. */
export interface DatabaseLocation {
  /** `mysql` is also MariaDB. */
  kind: "postgresql" | "mysql";
  /** `postgresql://user@host:5432/database` or `mysql://user@host:3306/database`; a password in it is refused. */
  url?: string;
  /** Default "127.0.0.1". */
  host?: string;
  /** Default 5432 for PostgreSQL, 3306 for MySQL. */
  port?: number;
  user?: string;
  database?: string;
  /** Name of the environment variable that holds the password. Default: no password is sent. */
  passwordFrom?: string;
  /**
   * `verify`: encrypted, and only to a server whose certificate is valid. `off`: as plain text. Default: `off` to this
   * machine (127.0.0.1, ::1, localhost), `verify` to any other.
   */
  tls?: "verify" | "off";
  /** File of the certificate authority (PEM) to trust instead of the usual ones. */
  certificateAuthority?: string;
}

/** A location with everything filled in. */
export interface ResolvedLocation {
  kind: "postgresql" | "mysql";
  host: string;
  port: number;
  user: string;
  database: string;
  password: string | undefined;
  passwordFrom: string | undefined;
  /** Undefined: plain text. */
  tls: { rejectUnauthorized: true; ca?: string } | undefined;
}

const SCHEMES: Record<string, "postgresql" | "mysql"> = {
  "postgresql:": "postgresql",
  "postgres:": "postgresql",
  "mysql:": "mysql",
  "mariadb:": "mysql",
};

/**
 * Fills in a location and reads the password from the environment.
 *
 * Throws InputError for a url that is none, has a password, or is of another kind, and for a missing user or database;
 * EnvironmentError where the password's variable isn't set.
 */
export function resolveLocation(
  location: DatabaseLocation,
  environment: Readonly<Record<string, string | undefined>> = process.env,
): ResolvedLocation {
  const { kind, passwordFrom } = location;
  if (kind !== "postgresql" && kind !== "mysql")
    throw new InputError('a database is of kind "postgresql" or "mysql"', { value: kind, place: "kind" });
  const url = location.url === undefined ? undefined : parseUrl(location.url, kind);
  const host = location.host ?? (unbracketed(url?.hostname) || "127.0.0.1");
  const port = location.port ?? (Number(url?.port) || (kind === "mysql" ? 3306 : 5432));
  const user = location.user ?? decodeURIComponent(url?.username ?? "");
  const database = location.database ?? decodeURIComponent(url?.pathname.slice(1) ?? "");
  if (user === "") throw new InputError("a database is read as some user", { place: "user", remedy: "Name the user." });
  if (database === "")
    throw new InputError("no database is named", { place: "database", remedy: "Name the database." });
  const tls = location.tls ?? (isThisMachine(host) ? "off" : "verify");
  if (tls !== "verify" && tls !== "off")
    throw new InputError('encryption is "verify" or "off"', { value: tls, place: "tls" });
  return {
    kind,
    host,
    port: requireInteger(port, "port", 1, 65535),
    user,
    database,
    password: passwordFrom === undefined ? undefined : readPassword(passwordFrom, environment),
    passwordFrom,
    tls: tls === "off" ? undefined : { rejectUnauthorized: true, ...authority(location.certificateAuthority) },
  };
}

/** `user@host:port/database`, for messages: everything but the password. */
export function describeLocation({ kind, user, host, port, database }: ResolvedLocation): string {
  return `${kind}://${user}@${host.includes(":") ? `[${host}]` : host}:${port}/${database}`;
}

function parseUrl(text: string, kind: string): URL {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    // Not shown: what isn't understood may hold a password.
    throw new InputError("the database's url can't be read", {
      place: "url",
      remedy: "Write it as postgresql://user@host:5432/database or mysql://user@host:3306/database.",
    });
  }
  if (url.password !== "")
    throw new InputError("a database's url must not hold the password, since urls end up in logs and notebooks", {
      place: "url",
      remedy: "Put the password into an environment variable and name that in passwordFrom.",
    });
  if (SCHEMES[url.protocol] !== kind)
    throw new InputError(`the url isn't one of a ${kind} database`, { value: url.protocol, place: "url" });
  return url;
}

function readPassword(name: string, environment: Readonly<Record<string, string | undefined>>): string {
  const password = environment[name];
  if (password !== undefined) return password;
  throw new EnvironmentError(`the environment variable ${name}, which holds the database's password, isn't set`, {
    place: "passwordFrom",
    remedy: `Set ${name} before you start.`,
  });
}

function authority(path: string | undefined): { ca?: string } {
  if (path === undefined) return {};
  try {
    return { ca: readFileSync(path, "utf8") };
  } catch (cause) {
    throw new EnvironmentError("the certificate authority's file can't be read", {
      value: path,
      place: "certificateAuthority",
      cause,
    });
  }
}

function unbracketed(host: string | undefined): string | undefined {
  return host?.replace(/^\[(.*)\]$/, "$1");
}

function isThisMachine(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d+\.\d+\.\d+$/.test(host);
}
