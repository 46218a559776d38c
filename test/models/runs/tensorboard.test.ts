import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { crc32c, maskedCrc32c } from "../../../lib/models/runs/crc32c";
import { varint } from "../../../lib/models/runs/protobuf";
import { openTensorboard } from "../../../lib/models/runs/tensorboard";
import { errorOf } from "../../error-of";
import oracle from "./oracles/event-file.json";

const ascii = (text: string) => Buffer.from(text, "latin1");

test("CRC-32C has the check values of RFC 3720, appendix B.4", () => {
  assert.is(crc32c(Buffer.alloc(32)), 0x8a9136aa);
  assert.is(crc32c(Buffer.alloc(32, 0xff)), 0x62a8ab43);
  assert.is(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i)), 0x46dd794e);
  assert.is(crc32c(ascii("123456789")), 0xe3069283);
  assert.is(crc32c(new Uint8Array()), 0);
});

test("varints of any whole number are read again by the format's rule", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const bytes = varint(value);
      let read = 0;
      for (const [at, byte] of bytes.entries()) {
        read += (byte & 127) * 128 ** at;
        assert.is(byte >= 128, at < bytes.length - 1);
      }
      assert.is(read, value);
    }),
  );
  assert.throws(() => varint(-1), /whole number of at least 0/);
});

test("an event file is, byte by byte, the one of TensorBoard's own writer, whose reader finds all values", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-events-"));
  const start = 1_700_000_000_250;
  let ticks = 0;
  const log = await openTensorboard(folder, () => new Date(start + 1000 * ticks++));
  await log.text("settings", "| rate |\n|---|\n| 0,001 é 价 |");
  await log.scalars(0, { "training/loss": Math.LN2, "validation/auc": 0.5 });
  await log.scalars(1, { "training/loss": 1e-30, "validation/auc": -0.125 });
  await log.scalars(2, {});
  await log.scalars(300, { "training/loss": 12345678 });
  await log.scalars(5_000_000_000, { "training/loss": 65504 });
  await log.close();
  const written = await readFile(log.path);
  assert.is(written.toString("base64"), oracle.base64);
  const { scalars, texts } = oracle.found;
  assert.equal(Object.keys(scalars).sort(), ["training/loss", "validation/auc"]);
  assert.equal(scalars["training/loss"][0], [1_700_000_002.25, 0, Math.fround(Math.LN2)]);
  assert.equal(
    scalars["training/loss"].map(([, step]) => step),
    [0, 1, 300, 5_000_000_000],
  );
  assert.equal(texts.settings, ["| rate |\n|---|\n| 0,001 é 价 |"]);
  // Each record's checks hold.
  let at = 0;
  for (; at < written.length; ) {
    const length = Number(written.readBigUInt64LE(at));
    assert.is(written.readUInt32LE(at + 8), maskedCrc32c(written.subarray(at, at + 8)));
    const data = written.subarray(at + 12, at + 12 + length);
    assert.is(written.readUInt32LE(at + 12 + length), maskedCrc32c(data));
    at += 16 + length;
  }
  assert.is(at, written.length);
  await rm(folder, { recursive: true });
});

test("logs begun in the same second have files of their own, and bad steps and clocks are refused", async () => {
  const folder = await mkdtemp(join(tmpdir(), "flashlab-events-"));
  const clock = () => new Date(1_700_000_000_000);
  const logs = await Promise.all([1, 2, 3].map(() => openTensorboard(folder, clock)));
  assert.is(new Set(logs.map(({ path }) => path)).size, 3);
  assert.is((await readdir(folder)).length, 3);
  assert.match((await errorOf(logs[0].scalars(1.5, { loss: 1 }))).message, /whole number.*1\.5 at step/);
  for (const log of logs) await log.close();
  assert.match((await errorOf(openTensorboard(folder, () => new Date(Number.NaN)))).message, /clock gave no time/);
  await rm(folder, { recursive: true });
});

test.run();
