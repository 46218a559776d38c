import { createHmac, randomBytes } from "node:crypto";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { type Engine, openEngine } from "../../../lib/engine/index";
import { SecretKey } from "../../../lib/engine/sinks/secret-key";
import { EnvironmentError, InputError } from "../../../lib/errors";
import { hmacBlocks, hmacSql, pseudonymise } from "../../../lib/preprocessing/privacy/index";
import { errorOf } from "../../error-of";

let engine: Engine;
const key = new SecretKey(Buffer.from([...Array(32).keys()]));
test.before(async () => {
  engine = await openEngine({ threads: 2 });
  await engine.run(`CREATE TABLE events AS SELECT 'user ' || (i % 700) AS user_id, i % 90 AS item_id,
    CASE WHEN i % 3 = 0 THEN NULL ELSE 'user ' || (i % 50) END AS referrer, i AS n FROM range(5000) AS t(i)`);
});
test.after(() => engine.close());

async function hmac(secret: Uint8Array, message: Uint8Array): Promise<string> {
  const { inner, outer } = hmacBlocks(secret);
  const sql = hmacSql(engine.dialect, "unhex($message)", { inner: "$inner", outer: "$outer" });
  const values = { inner, outer, message: Buffer.from(message).toString("hex") };
  return (await engine.columns(`SELECT ${sql} AS hmac`, values)).hmac[0] as string;
}

test("HMAC-SHA-256 in SQL gives RFC 4231's results", async () => {
  const fill = (byte: number, length: number) => Buffer.alloc(length, byte);
  const text = (words: string) => Buffer.from(words, "ascii");
  // Test cases 1, 2, 3, 4, 6 and 7 (5 truncates its result, and is the start of the whole).
  const cases: [secret: Buffer, message: Buffer, result: string][] = [
    [fill(0x0b, 20), text("Hi There"), "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"],
    [
      text("Jefe"),
      text("what do ya want for nothing?"),
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    ],
    [fill(0xaa, 20), fill(0xdd, 50), "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"],
    [
      Buffer.from([...Array(25).keys()].map((byte) => byte + 1)),
      fill(0xcd, 50),
      "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b",
    ],
    [
      fill(0xaa, 131),
      text("Test Using Larger Than Block-Size Key - Hash Key First"),
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    ],
    [
      fill(0xaa, 131),
      text(
        "This is a test using a larger than block-size key and a larger than block-size data. The key needs to be hashed before being used by the HMAC algorithm.",
      ),
      "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2",
    ],
  ];
  for (const [secret, message, result] of cases) assert.is(await hmac(secret, message), result);
  assert.match(await hmac(fill(0x0c, 20), text("Test With Truncation")), /^a3b6167473100ee06e0c796c2955552b/);
});

test("HMAC-SHA-256 in SQL is Node's, for any key and message", async () => {
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 140 }), fc.uint8Array({ maxLength: 300 }), async (secret, message) => {
      assert.is(await hmac(secret, message), createHmac("sha256", secret).update(message).digest("hex"));
    }),
    { numRuns: 100, seed: 3 },
  );
});

test("pseudonyms are the HMAC under the domain's key, NULL stays NULL, the rest stays as it was", async () => {
  const columns = { user_id: "user", item_id: "item", referrer: "user" };
  const made = await pseudonymise(engine, "events", "hidden", columns, { key });
  assert.equal(made, {
    output: "hidden",
    fingerprint: key.fingerprint,
    columns: [
      { column: "user_id", domain: "user", distinct: 700 },
      { column: "item_id", domain: "item", distinct: 90 },
      { column: "referrer", domain: "user", distinct: 50 },
    ],
  });
  const read = (relation: string) => engine.columns(`SELECT * FROM ${relation} ORDER BY n`);
  const [before, after] = [await read("events"), await read("hidden")];
  assert.equal(Object.keys(after), Object.keys(before));
  assert.equal(after.n, before.n);
  const expected = (domain: string, value: unknown) =>
    value === null
      ? null
      : createHmac("sha256", key.derive(`flashlab pseudonym 1 ${domain}`))
          .update(String(value))
          .digest("hex")
          .slice(0, 32);
  for (const [column, domain] of Object.entries(columns))
    assert.equal(
      Array.from(after[column] as unknown[]),
      Array.from(before[column] as unknown[], (value) => expected(domain, value)),
    );
});

test("the same key and domain give the same pseudonym in any table; another key or domain another", async () => {
  await engine.run("CREATE OR REPLACE TABLE one AS SELECT 'é 7' AS a, 'é 7' AS b");
  const of = async (columns: Record<string, string>, secret: SecretKey) => {
    await pseudonymise(engine, "one", "two", columns, { key: secret, digits: 64 });
    return (await engine.columns("SELECT * FROM two")).a[0] as string;
  };
  const first = await of({ a: "user" }, key);
  assert.match(first, /^[0-9a-f]{64}$/);
  assert.is(await of({ a: "user", b: "item" }, key), first);
  const others = [await of({ a: "item" }, key), await of({ a: "user" }, new SecretKey(randomBytes(32)))];
  assert.is(new Set([first, ...others]).size, 3);
});

test("a wrong key, a missing key, an unknown column and a bad domain are named errors that show no key", async () => {
  const other = new SecretKey(randomBytes(32));
  const make = (columns: Record<string, string>, options: Parameters<typeof pseudonymise>[4]) =>
    errorOf(pseudonymise(engine, "events", "failing", columns, options));
  const wrong = await make({ user_id: "user" }, { key: other, expect: key.fingerprint });
  assert.instance(wrong, EnvironmentError);
  assert.match(
    wrong.message,
    new RegExp(`isn't the key of the earlier pseudonyms: ${other.fingerprint}, not ${key.fingerprint}`),
  );
  assert.match((await make({ user_id: "user" }, { key: { variable: "FLASHLAB_TEST_UNSET" } })).message, /isn't set/);
  assert.match((await make({ absent: "user" }, { key })).message, /no such column.*user_id, item_id, referrer, n/);
  assert.instance(await make({ user_id: "User's" }, { key }), InputError);
  assert.instance(await make({ user_id: "user" }, { key, digits: 8 }), InputError);
  const broken = await errorOf(pseudonymise(engine, "absent_table", "failing", { a: "user" }, { key }));
  const blocks = hmacBlocks(key.derive("flashlab pseudonym 1 user"));
  for (const secret of [blocks.inner, blocks.outer])
    assert.not.ok(`${broken.stack}${JSON.stringify(broken)}`.includes(secret));
});

test("an empty table gives an empty table", async () => {
  await engine.run("CREATE OR REPLACE TABLE nobody (id VARCHAR, n INTEGER)");
  const made = await pseudonymise(engine, "nobody", "none", { id: "user" }, { key });
  assert.is(made.columns[0].distinct, 0);
  assert.equal(Object.keys(await engine.columns("SELECT * FROM none")), ["id", "n"]);
});

test.run();
