import { InputError } from "../errors";
import { DISPLAY, type Displayable } from "./displayable";
import type { MimeBundle } from "./host";

/** Values along one axis of a trace: numbers, texts, dates, holes; an array, a typed array or a column of the engine. */
export type Values = ArrayLike<unknown>;

/**
 * One trace of a Plotly figure. The fields that most traces have are typed here; every other field of
 * https://plotly.com/javascript/reference is passed on as it is.
 */
export interface Trace {
  /** "scatter" (the default), "bar", "histogram", "box", "violin", "heatmap", "contour", "pie", "sankey", … */
  type?: string;
  x?: Values;
  y?: Values;
  /** A grid for heat maps and surfaces, one array a row; or depth values. */
  z?: Values | ArrayLike<Values>;
  /** What the legend calls it. */
  name?: string;
  /** For scatter traces: "lines", "markers", "text", joined with "+". */
  mode?: string;
  text?: string | Values;
  orientation?: "v" | "h";
  marker?: Record<string, unknown>;
  line?: Record<string, unknown>;
  /** What the pointer shows, e.g. "%{x}: %{y:.1%}<extra></extra>". */
  hovertemplate?: string;
  showlegend?: boolean;
  [field: string]: unknown;
}

/** A figure's layout: the fields used most, and any other of https://plotly.com/javascript/reference/layout. */
export interface Layout {
  title?: string | Record<string, unknown>;
  /** Height in pixels; 420 unless said. */
  height?: number;
  width?: number;
  xaxis?: Record<string, unknown>;
  yaxis?: Record<string, unknown>;
  legend?: Record<string, unknown>;
  margin?: Record<string, number>;
  barmode?: "group" | "stack" | "overlay" | "relative";
  annotations?: Record<string, unknown>[];
  shapes?: Record<string, unknown>[];
  [field: string]: unknown;
}

/** The MIME type under which JupyterLab, VS Code and our report know a Plotly figure. */
export const PLOTLY_MIME = "application/vnd.plotly.v1+json";

/** A Plotly figure that shows itself. Made by {@link plot}. */
export class Figure implements Displayable {
  readonly data: Trace[];
  readonly layout: Layout;

  constructor(data: Trace[], layout: Layout) {
    this.data = data;
    this.layout = layout;
  }

  [DISPLAY](): MimeBundle {
    return {
      [PLOTLY_MIME]: {
        data: toPlain(this.data),
        layout: toPlain(this.layout),
        config: { responsive: true, displaylogo: false },
      },
      "text/plain": this.toString(),
    };
  }

  /** One line that says what the figure shows, for readers without graphics. */
  toString(): string {
    const { title } = this.layout;
    const text = typeof title === "string" ? title : String(title?.text ?? "");
    const traces = this.data.map((trace) => trace.name ?? trace.type ?? "scatter");
    return `Plotly figure${text === "" ? "" : ` “${text}”`}: ${traces.join(", ")}`;
  }
}

/**
 * A Plotly figure: `show(plot([{ x, y, type: "bar" }], { title: "Sales a day" }))`.
 * Typed arrays travel as their bytes, dates as ISO text in UTC. The house style (colours, spacing, fonts) fills what
 * the layout leaves open; background and text follow the page's light or dark theme.
 * @throws InputError when the traces are not an array of objects.
 */
export function plot(traces: Trace | Trace[], layout: Layout = {}): Figure {
  const list = Array.isArray(traces) ? traces : [traces];
  for (const [index, trace] of list.entries())
    if (typeof trace !== "object" || trace === null || Array.isArray(trace))
      throw new InputError("a trace is an object such as { x, y, type }", {
        value: trace,
        place: `traces[${index}]`,
        remedy: "Pass one trace or an array of traces.",
      });
  return new Figure(list, { ...house(list.length, layout), ...layout });
}

/** After Okabe and Ito, so that readers who do not see all colours tell them apart; each readable on white and on black. */
const COLOURS = ["#3b82c4", "#e06c1f", "#2a9d6f", "#c76aa5", "#d99a1a", "#5ab4dc", "#9a7b43", "#8a8f98"];

/** The legend lies in a row between title and plot, where it takes no width from the plot. */
function house(traces: number, layout: Layout): Layout {
  const top = (layout.title === undefined ? 24 : 56) + (traces > 1 ? 24 : 0);
  return {
    height: 420,
    colorway: COLOURS,
    font: { family: "system-ui, -apple-system, Segoe UI, Roboto, sans-serif", size: 13 },
    margin: { l: 64, r: 24, t: top, b: 48 },
    legend: { orientation: "h", x: 0, y: 1.02, xanchor: "left", yanchor: "bottom" },
    hoverlabel: { align: "left" },
  };
}

/**
 * JSON's plain values for what a figure may hold: typed arrays, dates, big integers, undefined holes.
 * A title given as text becomes the object that Plotly wants since version 3.
 */
function toPlain(value: unknown): unknown {
  if (typeof value === "bigint") return Number(value);
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString().replace("Z", "");
  if (ArrayBuffer.isView(value)) return packed(value);
  if (Array.isArray(value)) return value.map(toPlain);
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, inner]) => inner !== undefined)
      .map(([key, inner]) => [key, key === "title" && typeof inner === "string" ? { text: inner } : toPlain(inner)]),
  );
}

const DTYPES: Record<string, string> = {
  Float64Array: "f8",
  Float32Array: "f4",
  Int32Array: "i4",
  Uint32Array: "u4",
  Int16Array: "i2",
  Uint16Array: "u2",
  Int8Array: "i1",
  Uint8Array: "u1",
  Uint8ClampedArray: "u1c",
};

/** Plotly's own form for typed arrays: little-endian bytes in base 64, exact and a third of the size of digits. */
function packed(view: ArrayBufferView): unknown {
  const dtype = DTYPES[view.constructor.name];
  if (dtype === undefined) return Array.from(view as unknown as ArrayLike<number | bigint>, Number);
  return { dtype, bdata: Buffer.from(view.buffer, view.byteOffset, view.byteLength).toString("base64") };
}
