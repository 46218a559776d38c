import { test } from "uvu";
import * as assert from "uvu/assert";
import { DataError } from "../../../lib/errors";
import { decodeNpy, encodeNpy } from "../../../lib/recommendation/serving/npy";
import oracle from "./oracles/npy.json";

test("NumPy's files are read, and written byte for byte as NumPy writes them", () => {
  for (const [name, { file, shape, values }] of Object.entries(oracle.files)) {
    const bytes = Buffer.from(file, "base64");
    const found = decodeNpy(bytes);
    assert.equal([found.shape, Array.from(found.values)], [shape, values], name);
    assert.is(Buffer.from(encodeNpy(found.values, shape)).toString("base64"), file, name);
  }
});

test("bytes of another form are refused, with the place", () => {
  const whole = encodeNpy(Float32Array.of(1, 2));
  const refused = (bytes: Uint8Array, message: RegExp) =>
    assert.throws(
      () => decodeNpy(bytes, "a.npy"),
      (error: unknown) => error instanceof DataError && message.test(error.message) && / a\.npy/.test(error.message),
    );
  refused(Buffer.from("text"), /doesn't begin/);
  refused(whole.subarray(0, -1), /another length/);
  const edited = (from: string, to: string) =>
    Buffer.from(Buffer.from(whole).toString("latin1").replace(from, to), "latin1");
  refused(edited("<f4", ">f4"), /type isn't known.*>f4/);
  refused(edited("False", "True "), /column-major/);
});

test.run();
