import fc from "fast-check";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { createMessage, decode, encode } from "../../lib/kernel/messages";

const KEY = "1f0c6d2e";
const json = fc.dictionary(fc.string(), fc.jsonValue()).map((value) => JSON.parse(JSON.stringify(value)));
const bytes = fc.uint8Array({ maxLength: 40 });

test("what is encoded is decoded the same: identities, header, parent, metadata, content, buffers", () => {
  fc.assert(
    fc.property(json, json, fc.array(bytes), fc.array(bytes), (content, metadata, buffers, identities) => {
      const parent = createMessage("s", "execute_request", {});
      const sent = createMessage("s", "stream", content, parent, { metadata, buffers, identities });
      const plain = { ...sent, identities: identities.map(list), buffers: buffers.map(list) };
      const { identities: from, buffers: extra, ...rest } = decode(encode(sent, KEY), KEY);
      assert.equal({ ...rest, identities: from.map(list), buffers: extra.map(list) }, plain);
    }),
    { examples: [[{}, {}, [], [new TextEncoder().encode("kernel")]]] },
  );
});

test("the signature is HMAC-SHA256 of the four documents, as Python's hmac computes it", () => {
  // python3 -c "import hmac;print(hmac.new(b'key', b'{}{}{}{\"a\":1}', 'sha256').hexdigest())"
  const signature = "5c59a161f31dbc453751f94cd7e9bdd78e1ed3419c132f75b8e0f3b0d1313693";
  const frames = ["<IDS|MSG>", signature, "{}", "{}", "{}", '{"a":1}'].map((text) => Buffer.from(text));
  assert.equal(decode(frames, "key").content, { a: 1 });
});

test("a message signed with another key, or changed on the way, is refused", () => {
  const frames = encode(createMessage("s", "shutdown_request", { restart: false }), KEY);
  assert.throws(() => decode(frames, "another"), /wrong signature/);
  const tampered = frames.map((frame) => Buffer.from(frame.toString().replace("false", "true ")));
  assert.throws(() => decode(tampered, KEY), /wrong signature/);
});

test("a message without delimiter or with parts missing is refused", () => {
  assert.throws(() => decode([Buffer.from("x")], KEY), /cut short/);
  assert.throws(() => decode(encode(createMessage("s", "stream", {}), KEY).slice(0, 4), KEY), /cut short/);
});

test("a connection without key needs no signature", () => {
  const frames = encode(createMessage("s", "stream", { text: "é" }), "");
  assert.equal(decode(frames, "").content, { text: "é" });
});

function list(part: Uint8Array): number[] {
  return [...part];
}

test.run();
