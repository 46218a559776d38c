import { relative } from "node:path";
import { executeNotebook } from "./notebook/execute";
import { findNotebook } from "./notebook/file";
import { parseParameter } from "./notebook/parameters";
import { readOptions, readProfile, runCommand } from "./options";

/** `npm run run -- NOTEBOOK [-p name=value …] [--profile quick|full] [--out FILE]` */
export async function run(argv: string[], signal?: AbortSignal): Promise<number> {
  const { values, positionals } = readOptions(argv, {
    parameter: { type: "string", short: "p", multiple: true },
    profile: { type: "string" },
    out: { type: "string" },
  });
  let failures = 0;
  for (const name of positionals) {
    const done = await executeNotebook(findNotebook(name), {
      profile: readProfile(values.profile),
      parameters: Object.fromEntries((values.parameter ?? []).map(parseParameter)),
      out: values.out,
      signal,
      onCell: ({ index, count, source, seconds }) => {
        const first = source.split("\n").find((line) => line.trim() !== "" && !line.startsWith("import")) ?? "imports";
        const time = seconds === undefined ? "" : `${seconds.toFixed(1)} s`;
        const line = `[${index + 1}/${count}] ${time.padStart(7)}  ${first.slice(0, 80)}`;
        if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${line}${seconds === undefined ? "" : "\n"}`);
        else if (seconds !== undefined) process.stderr.write(`${line}\n`);
      },
    });
    if (done.failure) {
      failures++;
      console.error(`\n${done.name} failed in code cell ${done.failure.cell}:\n${done.failure.traceback}`);
    }
    if (done.headline) console.log(done.headline);
    console.log(`${done.name}: ${done.ok ? "ran" : "failed"} in ${done.seconds.toFixed(1)} s`);
    console.log(`executed notebook: ${relative(process.cwd(), done.out)}`);
  }
  return failures === 0 ? 0 : 1;
}

if (require.main === module) void runCommand(run);
