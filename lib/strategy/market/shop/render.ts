import { offerShown, type ShopTrace } from "./watch";

/** One trace of a Plotly figure, as plain data. */
export type PlotlyTrace = Record<string, unknown>;

/** A figure for Plotly: `plot(figure.data, figure.layout)` of the workbench shows it. */
export interface PlotlyFigure {
  data: PlotlyTrace[];
  layout: Record<string, unknown>;
}

/**
 * A sale as text, a line a step: time, visitors (those who came back after a +), for each product the offer, the units
 * ordered, the units left (* in a slot, ! sold out), and the contribution so far; then the account.
 */
export function renderText(trace: ShopTrace): string {
  const { shop, steps, times, outcome } = trace;
  const P = shop.stock.length;
  const S = shop.lifts.length;
  const head = ["time", "visits", ...shop.spec.products.map(({ name }) => name), "waiting", "contribution"];
  let total = 0;
  const lines = times.map((time, step) => {
    total += trace.rewards[step];
    const back = steps.visits[step] - steps.visitors[step];
    const inSlot = (i: number) => trace.slots.subarray(step * S, (step + 1) * S).includes(i);
    return [
      time,
      trace.open[step] === 1 ? `${steps.visitors[step]}${back > 0 ? `+${back}` : ""}` : "closed",
      ...Array.from({ length: P }, (_, i) => {
        const left = trace.stock[step * P + i];
        if (trace.open[step] === 0) return `${left} left`;
        const marks = `${inSlot(i) ? "*" : ""}${left === 0 ? "!" : ""}`;
        return `${offerShown(trace, step, i)}: ${trace.ordered[step * P + i]}, ${left} left${marks}`;
      }),
      String(trace.waiting[step]),
      total.toFixed(2),
    ];
  });
  const rows = [head, ...lines];
  const widths = head.map((_, column) => Math.max(...rows.map((row) => row[column].length)));
  const table = rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]))
      .join("  ")
      .trimEnd(),
  );
  const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
  return [
    ...table,
    "",
    `participation ${percent(outcome.participation)}, conversion ${percent(outcome.conversion)}, sell-through ${percent(outcome.sellThrough)}`,
    `sold ${outcome.units} units to ${outcome.buyers} buyers, ${outcome.demanded - outcome.orders} turned away, ${outcome.cancelled} cancelled, ${outcome.returned} units returned`,
    `paid ${outcome.gmv.toFixed(2)}: margin ${outcome.margin.toFixed(2)} − promotion ${outcome.promotion.toFixed(2)} − borrowed ${outcome.borrowed.toFixed(2)} − returns ${outcome.returns.toFixed(2)} + left over ${outcome.leftovers.toFixed(2)} = contribution ${outcome.contribution.toFixed(2)} ${shop.spec.currency}`,
  ].join("\n");
}

/**
 * A sale as a Plotly figure of three panes on one clock: the net price of each product, what its offer is under the
 * pointer; the units left; visitors as bars, with buyers and those who wait as lines.
 */
export function renderPlotly(trace: ShopTrace, title = "One sale, step by step"): PlotlyFigure {
  const { shop, times, steps } = trace;
  const P = shop.stock.length;
  const column = (values: ArrayLike<number>, i: number) => times.map((_, step) => values[step * P + i]);
  const colour = (i: number) => COLOURS[i % COLOURS.length];
  const data = shop.spec.products.flatMap(({ name }, i): PlotlyTrace[] => [
    {
      ...{ x: times, y: column(trace.prices, i), name, legendgroup: name, mode: "lines+markers" },
      line: { shape: "hv", color: colour(i) },
      text: times.map((_, step) => offerShown(trace, step, i)),
      hovertemplate: "%{x} %{y:.2f}, %{text}",
    },
    {
      ...{ x: times, y: column(trace.stock, i), name, legendgroup: name, showlegend: false, mode: "lines" },
      ...{ yaxis: "y2", line: { color: colour(i) }, hovertemplate: "%{x} %{y} left" },
    },
  ]);
  data.push(
    { x: times, y: Array.from(steps.visits), type: "bar", name: "visits", yaxis: "y3", marker: { color: "#8a8f98" } },
    { x: times, y: Array.from(steps.buyers), name: "buyers", yaxis: "y3", mode: "lines+markers" },
  );
  if (trace.waiting.some((waiting) => waiting > 0))
    data.push({ x: times, y: Array.from(trace.waiting), name: "waiting", yaxis: "y3", mode: "lines" });
  const { currency } = shop.spec;
  return {
    data,
    layout: {
      title,
      height: 640,
      xaxis: { type: "category", anchor: "y3" },
      yaxis: { title: { text: `price (${currency})` }, domain: [0.68, 1] },
      yaxis2: { title: { text: "units left" }, domain: [0.36, 0.64], rangemode: "tozero" },
      yaxis3: { title: { text: "people" }, domain: [0, 0.32], rangemode: "tozero" },
    },
  };
}

/** After Okabe and Ito, as the workbench's plots. */
const COLOURS = ["#3b82c4", "#e06c1f", "#2a9d6f", "#c76aa5", "#d99a1a", "#5ab4dc", "#9a7b43"];
