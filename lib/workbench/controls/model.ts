import { randomUUID } from "node:crypto";
import type { HostComm, NotebookHost } from "../host";

/** The MIME type of a widget's view in a cell's output. */
export const WIDGET_VIEW_MIME = "application/vnd.jupyter.widget-view+json";

/** The widget messaging protocol that JupyterLab's widget manager speaks (ipywidgets 8, `messages.md`). */
const PROTOCOL = { version: "2.1.0" };

/** The packages of JupyterLab's own widgets, and the version of their models that we write. */
const MODULES = {
  base: { name: "@jupyter-widgets/base", version: "2.0.0" },
  controls: { name: "@jupyter-widgets/controls", version: "2.0.0" },
  output: { name: "@jupyter-widgets/output", version: "1.0.0" },
};

/** A model's state as it travels: plain JSON, other models as `IPY_MODEL_<id>`. */
export type ModelState = Record<string, unknown>;

/** What a front end may tell a model. */
export interface ModelEvents {
  /** Part of the state was changed by the reader. */
  onUpdate?(state: ModelState): void | Promise<void>;
  /** A message that is no state, such as a button's click. */
  onCustom?(content: unknown): void | Promise<void>;
}

/** The kernel's half of one widget model: its state, and the comm that keeps the front end's half the same. */
export class WidgetModel {
  readonly id = randomUUID();
  readonly state: ModelState;
  private comm: HostComm | undefined;
  private readonly events: ModelEvents;

  private constructor(state: ModelState, events: ModelEvents) {
    this.state = state;
    this.events = events;
  }

  /**
   * Makes a model and opens its comm.
   * @param name the model's name without "Model", e.g. "FloatSlider"; its view is named likewise
   */
  static open(
    host: NotebookHost,
    module: keyof typeof MODULES,
    name: string,
    state: ModelState,
    events: ModelEvents = {},
  ): WidgetModel {
    const { name: packageName, version } = MODULES[module];
    // Every style is viewed by the base package's one StyleView.
    const isStyle = name.endsWith("Style");
    const view = isStyle ? MODULES.base : MODULES[module];
    const model = new WidgetModel(
      {
        _model_module: packageName,
        _model_module_version: version,
        _model_name: `${name}Model`,
        _view_module: view.name,
        _view_module_version: view.version,
        _view_name: isStyle ? "StyleView" : `${name}View`,
        ...state,
      },
      events,
    );
    model.comm = host.openComm(
      "jupyter.widget",
      { state: model.state, buffer_paths: [] },
      { commId: model.id, metadata: PROTOCOL, onMessage: (data) => model.receive(data) },
    );
    return model;
  }

  /** How another model's state refers to this one. */
  get reference(): string {
    return `IPY_MODEL_${this.id}`;
  }

  /** The view of this model as a display's data. */
  get view(): { version_major: number; version_minor: number; model_id: string } {
    return { version_major: 2, version_minor: 0, model_id: this.id };
  }

  /** Changes part of the state here and in every front end that listens. */
  update(changes: ModelState): void {
    Object.assign(this.state, changes);
    this.comm?.send({ method: "update", state: changes, buffer_paths: [] });
  }

  private receive(data: unknown): void | Promise<void> {
    const { method, state, content } = data as { method?: string; state?: ModelState; content?: unknown };
    if (method === "request_state") this.update(this.state);
    else if (method === "custom") return this.events.onCustom?.(content);
    else if (method === "update" && state) {
      Object.assign(this.state, state);
      return this.events.onUpdate?.(state);
    }
  }
}

/** A layout model (CSS properties in underscore form, e.g. `{ width: "28em" }`). */
export function openLayout(host: NotebookHost, properties: ModelState = {}): WidgetModel {
  return WidgetModel.open(host, "base", "Layout", properties);
}
