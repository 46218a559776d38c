import { createHash, type Hash } from "node:crypto";
import { type FileHandle, open } from "node:fs/promises";

/** A file that is written in order and digested on the way; holds at most about a megabyte of text. */
export class TextSink {
  private readonly hash: Hash = createHash("sha256");
  private parts: string[] = [];
  private held = 0;
  bytes = 0;

  private constructor(private readonly file: FileHandle) {}

  static async create(path: string): Promise<TextSink> {
    return new TextSink(await open(path, "wx"));
  }

  add(text: string): void {
    this.parts.push(text);
    this.held += text.length;
  }

  /** Writes what is held if that is much. */
  async flush(atLeast = 1 << 20): Promise<void> {
    if (this.held < atLeast || this.held === 0) return;
    const bytes = Buffer.from(this.parts.join(""));
    this.parts = [];
    this.held = 0;
    this.hash.update(bytes);
    this.bytes += bytes.length;
    await this.file.writeFile(bytes);
  }

  /** Writes the rest, waits for the disk, and returns the SHA-256. */
  async finish(): Promise<string> {
    await this.flush(0);
    await this.file.sync();
    await this.file.close();
    return this.hash.digest("hex");
  }

  /** Closes the file, whatever has been written. */
  async abandon(): Promise<void> {
    await this.file.close().catch(() => undefined);
  }
}
