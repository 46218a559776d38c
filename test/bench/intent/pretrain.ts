import { disposeParameters, type NamedArrays, readParameters } from "../../../lib/models/parameters";
import { maskedEventTask } from "../../../lib/models/pretraining/masked-events";
import { eventsBefore, startGapsAsWaves } from "../../../lib/models/sequences/fields";
import { train } from "../../../lib/models/training/train";
import type { IntentData } from "./data";
import { NETWORKS, type SequenceSettings } from "./models";

/**
 * The weights of a network that learned to tell hidden events, all their fields, of everybody's events before the
 * validation's moment: no label takes part.
 */
export async function pretrain(
  data: IntentData,
  kind: string,
  settings: SequenceSettings,
  log: (text: string) => void,
): Promise<NamedArrays> {
  const { seed, batch, pretraining } = settings;
  const model = NETWORKS[kind](data, settings);
  startGapsAsWaves(model);
  const { events } = eventsBefore(data.events, data.question.validation);
  const task = maskedEventTask(model, events, { seed, batch, negatives: 1000 });
  await train(task, {
    ...{ epochs: pretraining, seed, rate: 2e-3, clip: 1, decay: 0.01 },
    onEpoch: ({ epoch, loss, seconds }) => log(`  epoch ${epoch}: loss ${loss.toFixed(4)}, ${seconds.toFixed(0)} s`),
  });
  const weights = await readParameters(model.parameters);
  disposeParameters(model.parameters);
  return weights;
}
