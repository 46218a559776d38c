import { createDecipheriv, randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ROOT } from "../../../lib/cli/project";
import { type Engine, openEngine } from "../../../lib/engine/index";
import { readEncryptedParquet, writeEncryptedParquet } from "../../../lib/engine/sinks/encrypted-parquet";
import { readKeyMetadata } from "../../../lib/engine/sinks/parquet-footer";
import { readSecretKey, SecretKey } from "../../../lib/engine/sinks/secret-key";
import { writeParquet } from "../../../lib/engine/sinks/write";
import { DataError, EnvironmentError, InputError } from "../../../lib/errors";
import { errorOf } from "../../error-of";

let engine: Engine;
const folder = mkdtempSync(join(tmpdir(), "flashlab-encrypted-"));
const path = join(folder, "customers.parquet");
const hex = randomBytes(32).toString("hex");
const key = new SecretKey(Buffer.from(hex, "hex"));
const SECRET = "confidential customer";

test.before(async () => {
  engine = await openEngine({ threads: 2 });
  await engine.run(`CREATE TABLE customers AS SELECT i AS id, '${SECRET} ' || i AS name, i / 7 AS value
    FROM range(300000) AS t(i)`);
  await writeEncryptedParquet(engine, "customers", path, key, { orderBy: "id" });
});
test.after(async () => {
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

function thrown(work: () => unknown): Error {
  try {
    work();
  } catch (error) {
    return error as Error;
  }
  return assert.unreachable("expected an error") as never;
}

/** The encrypted parts of a Parquet file before its footer: length, 12 bytes of nonce, text, 16 bytes of tag. */
function parts(bytes: Buffer): { nonce: Buffer; text: Buffer; tag: Buffer }[] {
  const end = bytes.length - 8 - bytes.readUInt32LE(bytes.length - 8);
  const found: { nonce: Buffer; text: Buffer; tag: Buffer }[] = [];
  for (let at = 4; at < end; ) {
    const length = bytes.readUInt32LE(at);
    const part = bytes.subarray(at + 4, at + 4 + length);
    found.push({ nonce: part.subarray(0, 12), text: part.subarray(12, -16), tag: part.subarray(-16) });
    at += 4 + length;
  }
  return found;
}

test("an encrypted table is read back with its key, in the same engine and in another", async () => {
  const other = await openEngine();
  for (const each of [engine, other]) {
    await readEncryptedParquet(each, "back", path, key);
    const found = await each.columns("SELECT count(*) AS n, sum(id) AS ids, max(name) AS name FROM back");
    assert.equal([found.n[0], found.ids[0], (found.name as string[])[0]], [300_000, 44_999_850_000, `${SECRET} 99999`]);
  }
  await other.close();
});

test("the file is AES-256-GCM under a key of its own: Node decrypts its parts, and no part is plain", async () => {
  const bytes = readFileSync(path);
  assert.is(bytes.toString("latin1", bytes.length - 4), "PARE");
  assert.not.ok(bytes.includes(SECRET));
  const [, fingerprint, salt] = ((await readKeyMetadata(path)) as Buffer).toString().split(":");
  assert.is(fingerprint, key.fingerprint);
  const fileKey = key.derive("flashlab encrypted parquet 1", Buffer.from(salt, "hex"));
  assert.not.ok(bytes.includes(fileKey) || bytes.includes(hex) || bytes.includes(Buffer.from(hex, "hex")));
  const found = parts(bytes);
  assert.ok(found.length > 10);
  const plain = found.map(({ nonce, text, tag }) => {
    const decipher = createDecipheriv("aes-256-gcm", fileKey, nonce).setAuthTag(tag);
    return Buffer.concat([decipher.update(text), decipher.final()]);
  });
  assert.is(plain.length, found.length);
  assert.is(new Set(found.map(({ nonce }) => nonce.toString("hex"))).size, found.length);
});

test("written again, a table has another salt, another key and other bytes", async () => {
  const again = join(folder, "again.parquet");
  await writeEncryptedParquet(engine, "customers", again, key);
  const [first, second] = [path, again].map((each) => readFileSync(each));
  assert.not.equal(await readKeyMetadata(path), await readKeyMetadata(again));
  const seen = new Set(parts(first).map(({ nonce }) => nonce.toString("hex")));
  assert.not.ok(parts(second).some(({ nonce }) => seen.has(nonce.toString("hex"))));
});

test("a wrong key, no key, a plain file and a changed file are named errors", async () => {
  const read = (file: string, given: Parameters<typeof readEncryptedParquet>[3]) =>
    errorOf(readEncryptedParquet(engine, "failing", file, given));
  const wrong = await read(path, new SecretKey(randomBytes(32)));
  assert.instance(wrong, EnvironmentError);
  assert.match(wrong.message, new RegExp(`with another key: with the one of fingerprint ${key.fingerprint}, not`));
  assert.match((await read(path, { variable: "FLASHLAB_TEST_NO_KEY" })).message, /FLASHLAB_TEST_NO_KEY.*isn't set/);
  const plain = join(folder, "plain.parquet");
  await writeParquet(engine, "customers", plain);
  assert.match((await read(plain, key)).message, /isn't a table that Flashlab encrypted/);
  assert.match((await read(join(folder, "absent"), key)).message, /there is no such encrypted table/);
  const bytes = readFileSync(path);
  const torn = join(folder, "torn.parquet");
  for (const length of [0, 3, 11, 100, bytes.length - 9]) {
    writeFileSync(torn, bytes.subarray(0, length));
    assert.instance(await read(torn, key), DataError, `cut to ${length} bytes`);
  }
  const footer = Buffer.from(bytes);
  footer[bytes.length - 40] ^= 1;
  writeFileSync(torn, footer);
  assert.match((await read(torn, key)).message, /was changed after it was written/);
  const page = Buffer.from(bytes);
  page[1000] ^= 1;
  writeFileSync(join(folder, "page.parquet"), page);
  await readEncryptedParquet(engine, "paged", join(folder, "page.parquet"), key);
  assert.match((await errorOf(engine.columns("SELECT sum(id), max(name), max(value) FROM paged"))).message, /AES tag/);
  // Without the wrapper DuckDB itself refuses it as well.
  assert.match((await errorOf(engine.columns(`SELECT * FROM read_parquet('${path}')`))).message, /encrypted/);
});

test("keys are long, random, outside of repositories, and never shown", () => {
  const short = thrown(() => new SecretKey(randomBytes(31)));
  assert.instance(short, InputError);
  assert.match(short.message, /at least 32 bytes, this one has 31.*openssl rand -hex 32/);
  assert.match(thrown(() => new SecretKey(Buffer.alloc(32, 7))).message, /no random key/);
  const environment = {
    GOOD: hex,
    BASE64: Buffer.from(hex, "hex").toString("base64"),
    PHRASE: "correct horse battery!",
  };
  assert.is(readSecretKey({ variable: "GOOD" }, "X", environment).fingerprint, key.fingerprint);
  assert.is(readSecretKey({ variable: "BASE64" }, "X", environment).fingerprint, key.fingerprint);
  const phrase = thrown(() => readSecretKey({ variable: "PHRASE" }, "X", environment));
  assert.match(phrase.message, /hexadecimal or base64/);
  assert.not.match(phrase.message, /horse/);
  const file = join(folder, "key");
  writeFileSync(file, `${hex}\n`, { mode: 0o600 });
  assert.is(readSecretKey({ file }, "X").fingerprint, key.fingerprint);
  chmodSync(file, 0o644);
  assert.match(thrown(() => readSecretKey({ file }, "X")).message, /others on this machine can read.*chmod 600/);
  for (const inside of ["package.json", "lib/errors.ts"])
    assert.match(
      thrown(() => readSecretKey({ file: join(ROOT, inside) }, "X")).message,
      /must not lie in this project/,
    );
  for (const shown of [String(key), JSON.stringify(key), inspect(key, { showHidden: true, depth: 9 })])
    assert.not.ok(shown.includes(hex) || shown.includes(hex.slice(0, 8)), shown);
});

test.run();
