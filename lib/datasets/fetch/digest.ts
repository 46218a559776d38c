import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { Transform, type TransformCallback } from "node:stream";
import { pipeline } from "node:stream/promises";
import { DataError } from "../../errors";

/** What bytes must be: their SHA-256 (lower-case hexadecimal) and their count. */
export interface Expected {
  sha256: string;
  bytes: number;
}

/** Passes bytes on while counting and digesting them; fails as soon as there are more than expected. */
export class Digester extends Transform {
  private readonly hash = createHash("sha256");
  private count = 0;

  constructor(
    private readonly expected: Expected,
    private readonly place: string,
    private readonly onBytes?: (count: number) => void,
  ) {
    super();
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.count += chunk.length;
    if (this.count > this.expected.bytes) {
      const problem = `more bytes than the registry states (${this.expected.bytes})`;
      done(new DataError(problem, { place: this.place, remedy: REMEDY }));
      return;
    }
    this.hash.update(chunk);
    this.onBytes?.(this.count);
    done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const sha256 = this.hash.digest("hex");
    if (sha256 === this.expected.sha256) {
      done();
      return;
    }
    const cut = this.count < this.expected.bytes ? `; it has ${this.count} of ${this.expected.bytes} bytes` : "";
    done(
      new DataError(`the SHA-256 digest is not the registry's ${this.expected.sha256}${cut}`, {
        value: sha256,
        place: this.place,
        remedy: REMEDY,
      }),
    );
  }
}

const REMEDY = "The file was changed, cut off or replaced: fetch it again, or compare it with its publisher's.";

/** Reads a file and throws DataError unless it has the expected digest. */
export async function verifyFile(path: string, expected: Expected): Promise<void> {
  await pipeline(createReadStream(path), new Digester(expected, path), async (bytes) => {
    for await (const _ of bytes);
  });
}
