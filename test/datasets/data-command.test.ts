import { test } from "uvu";
import * as assert from "uvu/assert";
import { run } from "../../lib/cli/data";
import { readRegistry } from "../../lib/datasets/index";

/** What a call of the command prints, and its exit status. */
async function printed(argv: string[]): Promise<{ status: number; text: string }> {
  const lines: string[] = [];
  const { log } = console;
  console.log = (...parts: unknown[]) => lines.push(parts.join(" "));
  try {
    return { status: await run(argv), text: lines.join("\n") };
  } finally {
    console.log = log;
  }
}

test("without a name it lists every data set, as text and as JSON", async () => {
  const { status, text } = await printed([]);
  assert.is(status, 0);
  const json = JSON.parse((await printed(["--json"])).text) as { name: string; rows: number }[];
  for (const entry of readRegistry()) {
    assert.match(text, entry.name);
    assert.is(json.find((row) => row.name === entry.name)?.rows, entry.rows);
  }
});

test("an unknown name or option is an error that says what to do", async () => {
  for (const argv of [["tafeng"], ["--jason"]]) {
    const error = await printed(argv).catch((caught) => caught);
    assert.match(error.message, /Did you mean "ta-feng"|--help/);
  }
});

test.run();
