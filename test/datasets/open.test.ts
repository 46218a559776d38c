import { test } from "uvu";
import * as assert from "uvu/assert";
import { findEntry, openIfReachable, readRegistry } from "../../lib/datasets/index";
import { InputError } from "../../lib/errors";
import { errorOf } from "../error-of";
import { inFolder, serving, withServer } from "./fixtures";

test("data that can't be reached is told of and left out; a wrong name is an error all the same", () =>
  inFolder(async (cacheFolder) => {
    const gone = await withServer(serving({}), async (url) => url);
    const real = findEntry(readRegistry(), "amazon-beauty");
    const source = { kind: "url", url: `${gone}/data.txt`, bytes: 1, sha256: "0".repeat(64) } as const;
    const sources = Object.fromEntries(Object.keys(real.sources).map((key) => [key, source]));
    const options = { cacheFolder, mirror: null, registry: [{ ...real, sources }] };
    const told: string[] = [];
    const tell = (why: string) => void told.push(why);
    assert.is(await openIfReachable("amazon-beauty", tell, options), undefined);
    assert.is(told.length, 1);
    assert.match(told[0], /couldn't be fetched.*ECONNREFUSED.*put the file at .*Beauty\.txt/);
    assert.instance(await errorOf(openIfReachable("amazon-beaty", tell, options)), InputError);
    assert.is(told.length, 1);
  }));

test.run();
