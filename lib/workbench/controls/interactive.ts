import { host, type NotebookHost } from "../host";
import { type AnyControl, staticBundle } from "./control";
import { latestWins } from "./latest";
import { openLayout, WIDGET_VIEW_MIME, WidgetModel } from "./model";
import { collect, errorOutput, joined } from "./outputs";

/** Controls by the name under which `render` receives their values. */
export type Controls = Record<string, AnyControl>;

/** The values of a set of controls, each typed as its control is. */
export type ControlValues<C extends Controls> = { [K in keyof C]: C[K]["value"] };

/**
 * Shows controls, and below them what `render` makes of their values: what it returns, and what it shows while it runs.
 * Moving a control renders again, one run at a time and always with the latest values; a run that fails shows its
 * error in place of the result. The first run belongs to the cell: if it fails, so does the cell.
 *
 * ```ts
 * await interactive(
 *   { discount: slider({ min: 0, max: 0.5, step: 0.05, value: 0.2, label: "Discount" }) },
 *   ({ discount }) => plot(revenueCurve(discount)),
 * );
 * ```
 * Where no front end with widgets listens (stock tslab, a console, a report) the values are shown as text.
 */
export async function interactive<C extends Controls>(
  controls: C,
  render: (values: ControlValues<C>) => unknown,
): Promise<void> {
  const here = host();
  const run = () => collect(here, () => render(currentValues(controls)));
  const list = Object.values(controls);
  if (!here.widgets) {
    here.display(staticBundle(list));
    for (const output of await run())
      if (output.output_type === "display_data") here.display(output.data, output.metadata);
    return;
  }
  here.display({ [WIDGET_VIEW_MIME]: openBox(here, list).view, ...staticBundle(list) });
  const first = await run();
  const area = openOutput(here, first);
  here.display({ [WIDGET_VIEW_MIME]: area.view, ...joined(first) });
  const again = latestWins(async () => {
    area.update({ outputs: await run().catch((error) => [errorOutput(error)]) });
  });
  for (const control of list) control.onChange(again);
}

function currentValues<C extends Controls>(controls: C): ControlValues<C> {
  const entries = Object.entries(controls).map(([name, control]) => [name, control.value]);
  return Object.fromEntries(entries) as ControlValues<C>;
}

/** The controls one below the other. */
function openBox(on: NotebookHost, controls: AnyControl[]): WidgetModel {
  return WidgetModel.open(on, "controls", "VBox", {
    box_style: "",
    children: controls.map((control) => control.open(on).reference),
    layout: openLayout(on).reference,
    tabbable: null,
    tooltip: null,
    _dom_classes: [],
  });
}

/** An output area that is part of the widget state, so that it outlives the cell's run and a reload of the page. */
function openOutput(on: NotebookHost, outputs: unknown[]): WidgetModel {
  return WidgetModel.open(on, "output", "Output", {
    msg_id: "",
    outputs,
    layout: openLayout(on, { width: "100%" }).reference,
    tabbable: null,
    tooltip: null,
    _dom_classes: [],
  });
}
