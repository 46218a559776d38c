import { createRequire } from "node:module";
import { type Content, PROTOCOL_VERSION } from "./messages";

/** The kernel_info_reply: what this kernel is, and how a front end highlights and exports its language. */
export function kernelInfo(): Content {
  const { kernel, tslab, typescript } = versions();
  return {
    status: "ok",
    protocol_version: PROTOCOL_VERSION,
    implementation: "flashlab",
    implementation_version: kernel,
    language_info: {
      name: "typescript",
      version: typescript,
      mimetype: "text/typescript",
      file_extension: ".ts",
      pygments_lexer: "typescript",
      codemirror_mode: "typescript",
      nbconvert_exporter: "script",
    },
    banner: `TypeScript ${typescript} (tslab ${tslab}) on Node.js ${process.versions.node}; kernel of Flashlab ${kernel}`,
    help_links: [
      { text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/" },
      { text: "Node.js", url: "https://nodejs.org/docs/latest-v20.x/api/" },
      { text: "tslab", url: "https://github.com/yunabe/tslab" },
    ],
    debugger: false,
    supported_features: [],
  };
}

/** Versions of the kernel, of tslab and of the compiler inside it, read without loading either. */
function versions(): { kernel: string; tslab: string; typescript: string } {
  const here = createRequire(__filename);
  const tslabFile = here.resolve("tslab/package.json");
  return {
    kernel: here("../../package.json").version,
    tslab: here(tslabFile).version,
    typescript: createRequire(tslabFile)("@tslab/typescript-for-tslab/package.json").version,
  };
}
