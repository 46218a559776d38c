// Draws a Plotly figure so that it fits the page it is on: the page's text colour, a clear background, grid lines of
// a fainter shade of that colour. Used by the report's pages and by the JupyterLab extension; runs in the browser.

globalThis.flashlabDraw = async function flashlabDraw(Plotly, element, figure) {
  const ink = getComputedStyle(element).color;
  const faint = ink.replace(/^rgba?\(([\d.]+)[, ]+([\d.]+)[, ]+([\d.]+).*\)$/, "rgba($1, $2, $3, 0.16)");
  const axis = { gridcolor: faint, zerolinecolor: faint, linecolor: faint, automargin: true };
  const scene = { gridcolor: faint, zerolinecolor: faint, color: ink, backgroundcolor: "rgba(0,0,0,0)" };
  const template = {
    layout: {
      paper_bgcolor: "rgba(0,0,0,0)",
      plot_bgcolor: "rgba(0,0,0,0)",
      font: { color: ink },
      title: { x: 0.01, xanchor: "left", font: { size: 17 } },
      xaxis: axis,
      yaxis: axis,
      scene: { xaxis: scene, yaxis: scene, zaxis: scene },
      polar: { bgcolor: "rgba(0,0,0,0)", radialaxis: axis, angularaxis: axis },
      legend: { bgcolor: "rgba(0,0,0,0)" },
    },
  };
  // The caller's figure stays as it was: Plotly writes into what it is given.
  const { data, layout = {}, config = {} } = structuredClone(figure);
  await Plotly.react(element, data, { template, ...layout }, { responsive: true, displaylogo: false, ...config });
};
