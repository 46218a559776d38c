import { InputError } from "../../errors";
import { DISPLAY, type Displayable } from "../displayable";
import { escapeHtml } from "../format/escape";
import { host, type MimeBundle, type NotebookHost } from "../host";
import { type ModelState, openLayout, WIDGET_VIEW_MIME, WidgetModel } from "./model";

/** What sets one kind of control apart from the others. */
export interface ControlKind<T> {
  /** The widget's name without "Model", and its style's: "FloatSlider", "SliderStyle". */
  widget: string;
  style: string;
  label: string;
  /** State beside description, layout and style. */
  state: ModelState;
  /** The value as a part of the widget's state, and back; undefined where a state holds no usable value. */
  write(value: T): ModelState;
  read(state: ModelState): T | undefined;
  /** Throws an InputError for a value that the control can't hold. */
  check(value: T): T;
  /** The value in words, for pages without a kernel. */
  describe(value: T): string;
  /** What a click makes of the value; only buttons have it. */
  click?(value: T): T;
}

/** What is common to all controls, whatever they hold. */
export interface AnyControl {
  readonly label: string;
  readonly value: unknown;
  describe(): string;
  open(on: NotebookHost): WidgetModel;
  onChange(listener: () => void | Promise<void>): () => void;
}

/** A live control: in JupyterLab a widget that can be moved while no cell runs, elsewhere its value as text. */
export class Control<T> implements AnyControl, Displayable {
  private current: T;
  private model: WidgetModel | undefined;
  private readonly kind: ControlKind<T>;
  private readonly listeners = new Set<(value: T) => void | Promise<void>>();

  constructor(kind: ControlKind<T>, value: T) {
    this.kind = kind;
    this.current = kind.check(value);
  }

  get label(): string {
    return this.kind.label;
  }

  /** The value now; setting it moves the widget too. Throws an InputError for a value out of the control's range. */
  get value(): T {
    return this.current;
  }

  set value(value: T) {
    this.current = this.kind.check(value);
    this.model?.update(this.kind.write(this.current));
    void this.tell();
  }

  /** Calls `listener` whenever the value changes; the function returned ends that. */
  onChange(listener: (value: T) => void | Promise<void>): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** The value in words. */
  describe(): string {
    return this.kind.describe(this.current);
  }

  /** The widget's model, opened at first use. */
  open(on: NotebookHost): WidgetModel {
    if (this.model) return this.model;
    const { widget, style, label, state } = this.kind;
    this.model = WidgetModel.open(
      on,
      "controls",
      widget,
      {
        description: label,
        description_allow_html: false,
        disabled: false,
        layout: openLayout(on, widget === "Button" ? {} : { width: "32em", max_width: "100%" }).reference,
        style: WidgetModel.open(on, "controls", style, widget === "Button" ? {} : { description_width: "10em" })
          .reference,
        tabbable: null,
        tooltip: null,
        _dom_classes: [],
        ...state,
        ...this.kind.write(this.current),
      },
      {
        onUpdate: (changes) => {
          const value = this.kind.read(changes);
          return value === undefined ? undefined : this.moved(value);
        },
        onCustom: (content) => {
          const clicked = (content as { event?: string } | null)?.event === "click";
          if (clicked && this.kind.click) return this.moved(this.kind.click(this.current));
        },
      },
    );
    return this.model;
  }

  [DISPLAY](): MimeBundle {
    const here = host();
    const view = here.widgets ? { [WIDGET_VIEW_MIME]: this.open(here).view } : {};
    return { ...view, ...staticBundle([this]) };
  }

  /** The reader moved the widget. A value that the control can't hold is not taken, and the widget is put back. */
  private moved(value: T): Promise<void> {
    try {
      this.current = this.kind.check(value);
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      this.model?.update(this.kind.write(this.current));
      return Promise.resolve();
    }
    return this.tell();
  }

  private async tell(): Promise<void> {
    await Promise.all([...this.listeners].map((listener) => listener(this.current)));
  }
}

/** The controls' values as a small list: what a page without a kernel shows. */
export function staticBundle(controls: AnyControl[]): MimeBundle {
  const rows = controls.map(
    (control) => `<div><dt>${escapeHtml(control.label)}</dt><dd>${escapeHtml(control.describe())}</dd></div>`,
  );
  return {
    "text/html": `<dl class="flashlab-controls">${rows.join("")}</dl>`,
    "text/plain": controls.map((control) => `${control.label}: ${control.describe()}`).join("\n"),
  };
}
