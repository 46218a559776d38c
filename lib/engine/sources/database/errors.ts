import { AbortedError, DataError, EnvironmentError, FlashlabError } from "../../../errors";
import { describeLocation, type ResolvedLocation } from "./location";

const UNREACHABLE = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|EACCES)$/;
const CUT = /^(ECONNRESET|EPIPE|PROTOCOL_CONNECTION_LOST|57P01|57P02|08006|08003)$/;
const REFUSED = /^(28P01|28000|ER_ACCESS_DENIED_ERROR|ER_ACCESS_DENIED_NO_PASSWORD_ERROR|ER_DBACCESS_DENIED_ERROR)$/;
const PROBLEMS: [codes: RegExp, problem: string, remedy: string][] = [
  [/^(3D000|ER_BAD_DB_ERROR)$/, "the server has no such database", "Check the database's name."],
  [/^(42P01|3F000|ER_NO_SUCH_TABLE)$/, "the database has no such table", "Check the table's name; write schema.table."],
  [/^(42703|ER_BAD_FIELD_ERROR)$/, "the table has no such column", "Check the columns' names."],
  [/^(42501|ER_TABLEACCESS_DENIED_ERROR|ER_COLUMNACCESS_DENIED_ERROR)$/, "the user may not read this", "Grant SELECT."],
  [/^(42601|ER_PARSE_ERROR)$/, "the server can't read the query", "Correct the query's SQL for this server."],
  [/^(25006|ER_CANT_EXECUTE_IN_READ_ONLY_TRANSACTION)$/, "a query may only read", "Leave out what would write."],
  [
    /^(08P01|42P02|ER_WRONG_ARGUMENTS|ER_MALFORMED_PACKET)$/,
    "the query and its values don't fit together",
    "Give one value for each placeholder: $1, $2 … for PostgreSQL, ? for MySQL.",
  ],
  [
    /^(57014|ER_QUERY_INTERRUPTED|ER_STATEMENT_TIMEOUT)$/,
    "the server stopped the query",
    "Raise the server's limit on time.",
  ],
];

/**
 * Turns what a database's client threw into our own errors: what was asked of which server, as whom, and what to do. No
 * message has the password. Our own errors stay as they are.
 */
export function serverError(
  error: unknown,
  location: ResolvedLocation,
  what: string,
  signal?: AbortSignal,
): FlashlabError {
  if (signal?.aborted) return new AbortedError(`reading ${what} was stopped`, { cause: signal.reason });
  if (error instanceof FlashlabError) return error;
  const { code, message } = firstOf(error);
  const place = describeLocation(location);
  if (UNREACHABLE.test(code) || /timeout expired|connect ETIMEDOUT/.test(message))
    return new EnvironmentError(`no ${name(location)} server answers (${code || message})`, {
      place,
      remedy: "Check host and port, and that the server runs.",
    });
  if (REFUSED.test(code) || /password must be a (non-empty )?string|SASL/.test(message))
    return new EnvironmentError("the server refused the user or the password", {
      place,
      remedy:
        location.passwordFrom === undefined
          ? "Name the environment variable that holds the password in passwordFrom."
          : `Check the user, and the password in ${location.passwordFrom}.`,
    });
  if (/SSL|TLS|certificate|self.signed|HANDSHAKE/i.test(`${code} ${message}`))
    return new EnvironmentError(`no encrypted connection to a server that can be trusted: ${message}`, {
      place,
      remedy: 'Give certificateAuthority, or tls: "off" on a network that only you use.',
    });
  if (CUT.test(code) || /Connection (terminated|lost)|closed state/i.test(message))
    return new EnvironmentError(`the connection was lost while reading ${what}`, {
      place,
      remedy: "Read again with resume: true, which goes on after the last whole batch.",
      cause: error,
    });
  const known = PROBLEMS.find(([codes]) => codes.test(code));
  return new DataError(`${known?.[1] ?? "the server refused the query"} (${message})`, {
    value: what,
    place,
    remedy: known?.[2],
    cause: error,
  });
}

function name({ kind }: ResolvedLocation): string {
  return kind === "mysql" ? "MySQL" : "PostgreSQL";
}

/** Trying several addresses of a host fails with several errors. */
function firstOf(error: unknown): { code: string; message: string } {
  const { errors } = error as { errors?: unknown[] };
  const first = (Array.isArray(errors) && errors.length > 0 ? errors[0] : error) as {
    code?: unknown;
    message?: unknown;
  };
  return { code: String(first?.code ?? ""), message: String(first?.message ?? error) };
}
