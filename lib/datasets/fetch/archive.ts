import { DataError } from "../../errors";
import type { Extractor } from "./extraction";
import { readTarball } from "./tarball";
import { readZip } from "./zip";

/** Reads members of an archive; which kind it is shows in its name: `.whl`, `.zip`, `.tar.gz`, `.tgz`. */
export function readArchive(path: string, kind: string, wanted: readonly string[], extract: Extractor): Promise<void> {
  if (/\.(whl|zip)$/.test(kind)) return readZip(path, wanted, extract);
  if (/\.(tar\.gz|tgz)$/.test(kind)) return readTarball(path, wanted, extract);
  throw new DataError("this kind of archive can't be read", {
    value: kind,
    place: path,
    remedy: "Use .whl, .zip, .tar.gz or .tgz.",
  });
}
