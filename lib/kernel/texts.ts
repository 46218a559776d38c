import type { Header } from "./messages";

/** A piece of text for one stream of one request. */
export interface Text {
  parent: Header;
  name: "stdout" | "stderr";
  text: string;
}

/** Milliseconds for which text is gathered, so that a thousand lines don't make a thousand messages. */
const GATHER = 20;

/** Joins the text that a cell prints in quick succession. Lives in the second thread, whose timers run on time. */
export class Texts {
  private gathered: Text[] = [];
  private timer?: NodeJS.Timeout;

  constructor(private readonly send: (text: Text) => void) {}

  add(text: Text): void {
    const last = this.gathered.at(-1);
    if (last?.parent.msg_id === text.parent.msg_id && last.name === text.name) last.text += text.text;
    else this.gathered.push(text);
    this.timer ??= setTimeout(() => this.flush(), GATHER);
  }

  /** Sends what was gathered: before anything else that is published, so that the order stays. */
  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const texts = this.gathered;
    this.gathered = [];
    for (const text of texts) this.send(text);
  }
}
