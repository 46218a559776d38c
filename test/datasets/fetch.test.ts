import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ensureFiles } from "../../lib/datasets/fetch/ensure";
import type { RegistryEntry, Source } from "../../lib/datasets/registry";
import { AbortedError, DataError, EnvironmentError } from "../../lib/errors";
import { described, entryOf, filesUnder, inFolder, serving, tarball, withServer, zip, zipLink } from "./fixtures";

const DATA = Buffer.from("a\n1\n2\n");

/** Fetches `entry` into an empty cache and returns what `ensureFiles` did and what was left in the folder. */
async function attempt(entry: RegistryEntry, options: { signal?: AbortSignal; mirror?: string } = {}) {
  return inFolder(async (cacheFolder) => {
    const outcome = await ensureFiles(entry, { cacheFolder, ...options }).then(
      (paths) => ({ content: readFileSync(paths.data), error: undefined }),
      (error: Error) => ({ content: undefined, error }),
    );
    return { ...outcome, left: filesUnder(cacheFolder) };
  });
}

/** The same, from an archive served on this machine under a name that tells its kind. */
function attemptArchive(
  archive: Uint8Array,
  name: string,
  member: string[],
  file: Uint8Array = DATA,
  extra: object = {},
) {
  return withServer(serving({ [`/${name}`]: archive }), (url) => {
    const source: Source = { kind: "url", url: `${url}/${name}`, ...described(archive), ...extra };
    return attempt(entryOf(file, source, member));
  });
}

function failed(error: Error | undefined, kind: typeof DataError | typeof EnvironmentError, pattern: RegExp): void {
  assert.instance(error, kind);
  assert.match(error!.message, pattern);
}

test("a plain file is fetched, verified and kept", async () => {
  const { content, left } = await attemptArchive(DATA, "data.csv", []);
  assert.equal(content, DATA);
  assert.equal(left, ["sample/data.csv"]);
});

test("a member of a zip file, of a zip file inside a wheel, and of a source archive", async () => {
  const inner = zip({ "data.csv": DATA });
  for (const [archive, name, member] of [
    [zip({ "folder/data.csv": DATA, "other.txt": DATA }), "a.zip", ["folder/data.csv"]],
    [zip({ "package/data.csv.zip": inner }), "a-1.0-py3-none-any.whl", ["package/data.csv.zip", "data.csv"]],
    [
      tarball([
        { name: "a-1/read.me", bytes: DATA },
        { name: "a-1/data.csv", bytes: DATA },
      ]),
      "a-1.tar.gz",
      ["a-1/data.csv"],
    ],
  ] as const) {
    const { content, error, left } = await attemptArchive(archive, name, [...member]);
    assert.is(error, undefined);
    assert.equal(content, DATA);
    assert.equal(left, ["sample/data.csv"], "only the file is left, no archive and no temporary file");
  }
});

test("a source whose digest is another is refused before it is opened", async () => {
  const { error, left } = await attemptArchive(DATA, "data.csv", [], DATA, { sha256: "0".repeat(64) });
  failed(error, DataError, /SHA-256 digest is not the registry's 0{64}/);
  assert.equal(left, []);
});

test("a file whose digest is another than the registry's is refused though its archive is right", async () => {
  const archive = zip({ "data.csv": Buffer.from("a\n1\n3\n") });
  const { error, left } = await attemptArchive(archive, "a.zip", ["data.csv"]);
  failed(error, DataError, /SHA-256 digest is not the registry's .* at "a\.zip:data\.csv"|at a\.zip:data\.csv/);
  assert.equal(left, []);
});

test("a cut-off archive is called that, zip and tar", async () => {
  const long = Buffer.from(Array.from({ length: 5000 }, (_, row) => `${row * 7919}\n`).join(""));
  for (const [whole, name] of [
    [zip({ "data.csv": long }), "a.zip"],
    [tarball([{ name: "data.csv", bytes: long }]), "a.tar.gz"],
  ] as const) {
    const half = whole.slice(0, Math.floor(whole.length / 2));
    const { error, left } = await attemptArchive(half, name, ["data.csv"], long);
    failed(error, DataError, /cut off or damaged/);
    assert.equal(left, []);
  }
});

test("an archive with a path that leaves its folder, or an absolute one, is refused whatever is wanted of it", async () => {
  for (const evil of ["../evil.txt", "/etc/evil.txt", "a/../../evil.txt"]) {
    const zipped = await attemptArchive(zip({ "data.csv": DATA, [evil]: DATA }), "a.zip", ["data.csv"]);
    failed(zipped.error, DataError, /leads outside its folder/);
    assert.equal(zipped.left, []);
    const tarred = await attemptArchive(
      tarball([
        { name: evil, bytes: DATA },
        { name: "data.csv", bytes: DATA },
      ]),
      "a.tgz",
      ["data.csv"],
    );
    failed(tarred.error, DataError, /leads outside its folder/);
    assert.equal(tarred.left, []);
  }
});

test("a registry path that leaves the cache is refused by the registry's own check", async () => {
  const { readRegistry } = await import("../../lib/datasets/registry");
  await inFolder(async (folder) => {
    const entry = entryOf(DATA, { kind: "url", url: "http://127.0.0.1/", ...described(DATA) }, []);
    entry.files[0].path = "../data.csv";
    const path = join(folder, "registry.json");
    writeFileSync(path, JSON.stringify({ datasets: [entry] }));
    assert.throws(() => readRegistry(path), /stays inside its folder/);
  });
});

test("a symbolic or hard link in the place of the file is refused", async () => {
  const zipped = await attemptArchive(zip({ "data.csv": zipLink("/etc/passwd") }), "a.zip", ["data.csv"]);
  failed(zipped.error, DataError, /symbolic link/);
  for (const type of ["1", "2"]) {
    const tarred = await attemptArchive(tarball([{ name: "data.csv", type, target: "/etc/passwd" }]), "a.tgz", [
      "data.csv",
    ]);
    failed(tarred.error, DataError, /wanted file is a (Symbolic)?Link/);
    assert.equal(tarred.left, []);
  }
});

test("an archive without the file, and a kind of archive that can't be read, say so", async () => {
  for (const archive of [zip({ "other.csv": DATA })]) {
    const { error } = await attemptArchive(archive, "a.zip", ["data.csv"]);
    failed(error, DataError, /has no such file: "data\.csv"/);
  }
  const { error } = await attemptArchive(tarball([{ name: "other.csv", bytes: DATA }]), "a.tar.gz", ["data.csv"]);
  failed(error, DataError, /has no such file: "data\.csv"/);
  failed((await attemptArchive(DATA, "a.rar", ["data.csv"])).error, DataError, /kind of archive/);
});

test("no network: the error names the address, the file's place and its digest", async () => {
  const gone = await withServer(serving({}), async (url) => url);
  const entry = entryOf(DATA, { kind: "url", url: `${gone}/data.csv`, ...described(DATA) }, []);
  const { error, left } = await attempt(entry);
  failed(error, EnvironmentError, /neither cached nor mirrored.*ECONNREFUSED/);
  assert.match(
    error!.message,
    new RegExp(`put the file at .*sample.data\\.csv \\(SHA-256 ${described(DATA).sha256}\\)`),
  );
  assert.equal(left, []);
});

test("a server's refusal is passed on with its status", async () => {
  const { error } = await withServer(serving({}), (url) =>
    attempt(entryOf(DATA, { kind: "url", url: `${url}/data.csv`, ...described(DATA) }, [])),
  );
  failed(error, EnvironmentError, /status 404/);
});

test("a connection that breaks off leaves no half file", async () => {
  const bytes = Buffer.alloc(300_000, 7);
  await withServer(
    (_, response) => {
      response.writeHead(200, { "content-length": bytes.length });
      response.write(bytes.subarray(0, 100_000), () => response.destroy());
    },
    async (url) => {
      const source: Source = { kind: "url", url: `${url}/data.csv`, ...described(bytes) };
      const { error, left } = await attempt(entryOf(bytes, source, []));
      failed(error, EnvironmentError, /download failed/);
      assert.equal(left, []);
    },
  );
});

test("a server that sends more than the registry states is cut off", async () => {
  const { error, left } = await attemptArchive(Buffer.alloc(100_000), "data.csv", [], DATA, described(DATA));
  failed(error, EnvironmentError, /more than the 6 bytes/);
  assert.equal(left, []);
});

test("a zip bomb is cut off at the size that the registry states", async () => {
  const archive = zip({ "data.csv": new Uint8Array(20_000_000) });
  const { error, left } = await attemptArchive(archive, "a.zip", ["data.csv"]);
  failed(error, DataError, /more bytes than the registry states \(6\)/);
  assert.equal(left, []);
});

test("an abort in the middle of a download is an AbortedError and leaves nothing", async () => {
  const stop = new AbortController();
  await withServer(
    (_, response) => {
      response.writeHead(200);
      response.write(Buffer.alloc(50_000), () => stop.abort());
    },
    async (url) => {
      const bytes = Buffer.alloc(100_000);
      const source: Source = { kind: "url", url: `${url}/data.csv`, ...described(bytes) };
      const { error, left } = await attempt(entryOf(bytes, source, []), { signal: stop.signal });
      assert.instance(error, AbortedError);
      assert.equal(left, []);
    },
  );
});

test("two at once fetch the same file without disturbing each other", async () => {
  await withServer(serving({ "/data.csv": DATA }), (url) =>
    inFolder(async (cacheFolder) => {
      const entry = entryOf(DATA, { kind: "url", url: `${url}/data.csv`, ...described(DATA) }, []);
      const all = await Promise.all(Array.from({ length: 5 }, () => ensureFiles(entry, { cacheFolder })));
      for (const paths of all) assert.equal(readFileSync(paths.data), DATA);
      assert.equal(filesUnder(cacheFolder), ["sample/data.csv"]);
    }),
  );
});

test("the cache is used without a source, and a damaged cached file is an error that names it", async () => {
  await inFolder(async (cacheFolder) => {
    const entry = entryOf(DATA, { kind: "url", url: "http://127.0.0.1:9/data.csv", ...described(DATA) }, []);
    const path = join(cacheFolder, "sample", "data.csv");
    mkdirSync(join(cacheFolder, "sample"));
    writeFileSync(path, DATA);
    assert.equal(await ensureFiles(entry, { cacheFolder }), { data: path });
    writeFileSync(path, "a\n1\n");
    const error = await ensureFiles(entry, { cacheFolder }).catch((caught) => caught);
    failed(error, DataError, /cached file is not the registry's.*it has 4 of 6 bytes/);
    assert.match(error.message, /Delete it/);
  });
});

test("the mirror is used in place, or decompressed, or opened, and verified either way", async () => {
  await inFolder(async (mirror) => {
    mkdirSync(join(mirror, "sample"));
    const source: Source = { kind: "url", url: "http://127.0.0.1:9/data.csv", ...described(DATA) };
    writeFileSync(join(mirror, "sample", "data.csv"), DATA);
    writeFileSync(join(mirror, "sample", "data.csv.gz"), gzipSync(DATA));
    writeFileSync(join(mirror, "sample", "data.zip"), zip({ "x.csv": DATA }));
    const plain = await attempt(entryOf(DATA, source, []), { mirror });
    assert.equal([plain.content, plain.left], [DATA, []], "nothing is copied");
    for (const form of [
      { path: "sample/data.csv.gz", gzip: true },
      { path: "sample/data.zip", member: "x.csv" },
    ]) {
      const { content, left } = await attempt(entryOf(DATA, source, [], { mirror: form }), { mirror });
      assert.equal([content, left], [DATA, ["sample/data.csv"]]);
    }
    writeFileSync(join(mirror, "sample", "data.csv"), "a\n1\n3\n");
    failed((await attempt(entryOf(DATA, source, []), { mirror })).error, DataError, /SHA-256 digest is not/);
    writeFileSync(join(mirror, "sample", "data.csv.gz"), gzipSync(DATA).subarray(0, 12));
    const cut = await attempt(entryOf(DATA, source, [], { mirror: { path: "sample/data.csv.gz", gzip: true } }), {
      mirror,
    });
    failed(cut.error, DataError, /cut off or damaged/);
    assert.equal(cut.left, []);
  });
});

test.run();
