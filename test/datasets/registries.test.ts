import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ensureFiles } from "../../lib/datasets/fetch/ensure";
import type { Source } from "../../lib/datasets/registry";
import { downloadFromIndex } from "../../lib/datasets/sources/index-client";
import { EnvironmentError } from "../../lib/errors";
import { described, entryOf, filesUnder, inFolder, serving, sha256, tarball, withServer, zip } from "./fixtures";

const DATA = Buffer.from("a\n1\n2\n");
const WHEEL = zip({ "sample_data/data.csv": DATA });
const SDIST = tarball([{ name: "sample_data-1.0/data.csv", bytes: DATA }]);

const WHEEL_SOURCE: Extract<Source, { kind: "pypi" }> = {
  kind: "pypi",
  package: "Sample_Data",
  version: "1.0",
  file: "sample_data-1.0-py3-none-any.whl",
  ...described(WHEEL),
};
const SDIST_SOURCE = { ...WHEEL_SOURCE, file: "sample_data-1.0.tar.gz", ...described(SDIST) };

/** A Python index on this machine; the source archive asks for a Python that nobody has. */
function index() {
  const link = (file: string, bytes: Uint8Array, more = "") =>
    `<a href="../../files/${file}#sha256=${sha256(bytes)}"${more}>${file}</a>`;
  return serving({
    "/simple/sample-data/": `<!DOCTYPE html><html><body>${link(WHEEL_SOURCE.file, WHEEL)}${link(SDIST_SOURCE.file, SDIST, ' data-requires-python="&lt;3"')}</body></html>`,
    [`/files/${WHEEL_SOURCE.file}`]: WHEEL,
    [`/files/${SDIST_SOURCE.file}`]: SDIST,
  });
}

/** Runs `work` with environment variables set or, if undefined, unset. */
async function withEnvironment<T>(values: Record<string, string | undefined>, work: () => Promise<T>): Promise<T> {
  const before = Object.fromEntries(Object.keys(values).map((name) => [name, process.env[name]]));
  const set = (all: Record<string, string | undefined>) => {
    for (const [name, value] of Object.entries(all))
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
  };
  set(values);
  try {
    return await work();
  } finally {
    set(before);
  }
}

const hasPip = spawnSync("python3", ["-m", "pip", "--version"]).status === 0;

for (const [what, source, member] of [
  ["a wheel", WHEEL_SOURCE, "sample_data/data.csv"],
  ["a source archive, without running its build", SDIST_SOURCE, "sample_data-1.0/data.csv"],
] as const)
  (hasPip ? test : test.skip)(`pip's settings lead to ${what}`, () =>
    withServer(index(), (url) =>
      withEnvironment({ PIP_INDEX_URL: `${url}/simple/`, PIP_FIND_LINKS: undefined, PIP_NO_INDEX: undefined }, () =>
        inFolder(async (cacheFolder) => {
          const seen: number[] = [];
          const paths = await ensureFiles(entryOf(DATA, source, [member]), {
            cacheFolder,
            onProgress: ({ bytes, total }) => seen.push(bytes / total),
          });
          assert.equal(readFileSync(paths.data), DATA);
          assert.is(seen[seen.length - 1], 1);
          assert.equal(filesUnder(cacheFolder), ["sample/data.csv"]);
        }),
      ),
    ),
  );

(hasPip ? test : test.skip)("an index without the package is named as that", () =>
  withServer(serving({}), (url) =>
    withEnvironment({ PIP_INDEX_URL: `${url}/simple/`, PIP_FIND_LINKS: undefined }, () =>
      inFolder(async (cacheFolder) => {
        const error = await ensureFiles(entryOf(DATA, WHEEL_SOURCE, ["x"]), { cacheFolder }).catch((caught) => caught);
        assert.instance(error, EnvironmentError);
        assert.match(
          error.message,
          /package index didn't give the file .*none called sample_data-1\.0-py3-none-any\.whl/,
        );
        assert.equal(filesUnder(cacheFolder), []);
      }),
    ),
  ),
);

(hasPip ? test : test.skip)("an index that can't be reached is given up on with pip's own reason", async () => {
  const gone = await withServer(serving({}), async (url) => url);
  await withEnvironment({ PIP_INDEX_URL: `${gone}/simple/`, PIP_FIND_LINKS: undefined }, () =>
    inFolder(async (cacheFolder) => {
      const error = await ensureFiles(entryOf(DATA, WHEEL_SOURCE, ["x"]), { cacheFolder }).catch((caught) => caught);
      assert.instance(error, EnvironmentError);
      assert.match(error.message, /refused/i);
      assert.equal(filesUnder(cacheFolder), []);
    }),
  );
});

test("without Python the index's pages are read directly, HTML and JSON", async () => {
  await withServer(index(), (url) =>
    inFolder(async (folder) => {
      await downloadFromIndex(`${url}/simple`, SDIST_SOURCE, join(folder, "html"), {});
      assert.equal(readFileSync(join(folder, "html")), Buffer.from(SDIST));
    }),
  );
  await withServer(
    (request, response) => {
      if (request.url === "/simple/sample-data/") {
        assert.match(request.headers.accept ?? "", /simple\.v1\+json/);
        response.writeHead(200, { "content-type": "application/vnd.pypi.simple.v1+json" });
        response.end(JSON.stringify({ files: [{ filename: WHEEL_SOURCE.file, url: "/files/w" }] }));
      } else response.end(WHEEL);
    },
    (url) =>
      inFolder(async (folder) => {
        await downloadFromIndex(`${url}/simple/`, WHEEL_SOURCE, join(folder, "json"), {});
        assert.equal(readFileSync(join(folder, "json")), Buffer.from(WHEEL));
        const other = { ...WHEEL_SOURCE, file: "sample_data-2.0.tar.gz" };
        const error = await downloadFromIndex(`${url}/simple/`, other, join(folder, "x"), {}).catch((caught) => caught);
        assert.match(error.message, /index has no such file: "sample_data-2\.0\.tar\.gz"/);
      }),
  );
});

test("an npm package is fetched through npm's own settings", () => {
  const archive = tarball([
    { name: "package/package.json", bytes: Buffer.from('{"name":"sample-data","version":"1.0.0"}') },
    { name: "package/data.csv", bytes: DATA },
  ]);
  const source: Source = { kind: "npm", package: "sample-data", version: "1.0.0", ...described(archive) };
  return withServer(
    (request, response) => {
      if (!request.url?.startsWith("/sample-data")) return void response.writeHead(404).end("{}");
      if (request.url.endsWith(".tgz")) return void response.end(archive);
      const dist = { tarball: `http://${request.headers.host}/sample-data-1.0.0.tgz` };
      const version = { name: "sample-data", version: "1.0.0", dist };
      response.writeHead(200, { "content-type": "application/json" });
      response.end(
        JSON.stringify({ name: "sample-data", "dist-tags": { latest: "1.0.0" }, versions: { "1.0.0": version } }),
      );
    },
    (url) =>
      inFolder((folder) =>
        withEnvironment({ npm_config_registry: url, npm_config_cache: join(folder, "npm") }, async () => {
          const cacheFolder = join(folder, "cache");
          const paths = await ensureFiles(entryOf(DATA, source, ["package/data.csv"]), { cacheFolder });
          assert.equal(readFileSync(paths.data), DATA);
          assert.equal(filesUnder(cacheFolder), ["sample/data.csv"]);
          const other = { ...source, version: "2.0.0" };
          const missing = entryOf(DATA, other, ["package/data.csv"], { path: "other/data.csv" });
          const error = await ensureFiles(missing, { cacheFolder }).catch((caught) => caught);
          assert.instance(error, EnvironmentError);
          assert.match(error.message, /npm registry didn't give the package/);
        }),
      ),
  );
});

test.run();
