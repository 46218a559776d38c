import { beginJournal } from "../../../lib/models/runs/journal";

/** Begins, fills and ends five runs of one name in the folder given; started several times at once by registry.test.ts. */
async function write(folder: string): Promise<void> {
  for (let run = 0; run < 5; run++) {
    const journal = await beginJournal(folder, { name: "same" }, () => new Date());
    for (let epoch = 0; epoch < 20; epoch++) await journal.epoch(epoch, { loss: process.pid });
    await journal.end("finished");
  }
}

void write(process.argv[2]);
