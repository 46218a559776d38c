import type { Message } from "./messages";
import { outsideTasks } from "./task";

/** Shell requests, served one after the other in the order in which they came. */
export class Queue {
  private waiting: Message[] = [];
  private serving = false;

  /** `serve` handles one request and calls `done` when the next may come. */
  constructor(private readonly serve: (message: Message, done: () => void) => void) {}

  add(message: Message): void {
    this.waiting.push(message);
    this.next();
  }

  /** Takes out the cells that wait. */
  takeCells(): Message[] {
    const isCell = ({ header }: Message) => header.msg_type === "execute_request";
    const cells = this.waiting.filter(isCell);
    this.waiting = this.waiting.filter((message) => !isCell(message));
    return cells;
  }

  private next(): void {
    if (this.serving) return;
    const message = this.waiting.shift();
    if (!message) return;
    this.serving = true;
    // Each request starts on a fresh stack, from the event loop: an interrupt that unwinds it takes nothing else along.
    outsideTasks(() =>
      setImmediate(() =>
        this.serve(message, () => {
          this.serving = false;
          this.next();
        }),
      ),
    );
  }
}
