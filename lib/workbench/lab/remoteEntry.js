// JupyterLab's renderer for Plotly figures (application/vnd.plotly.v1+json), offline: a prebuilt extension in the form
// that JupyterLab loads, a module-federation container, written by hand because it is one small module. The installer
// puts browser/draw.js in front of it and plotly.min.js beside it; Plotly is loaded when the first figure is shown.

(() => {
  const PLOTLY = "application/vnd.plotly.v1+json";
  const base = new URL(".", document.currentScript.src);
  let shared;
  let loading;

  /** One of JupyterLab's own modules, from the scope it shares with extensions. */
  async function lab(name) {
    const versions = Object.values(shared[name]);
    const { get } = versions.find((version) => version.loaded) ?? versions[0];
    return (await get())();
  }

  function plotly() {
    loading ??= new Promise((resolve, reject) => {
      const script = document.createElement("script");
      script.src = new URL("plotly.min.js", base).href;
      script.onload = () => resolve(globalThis.Plotly);
      script.onerror = () => reject(new Error(`${script.src} could not be loaded: run npm run setup again.`));
      document.head.append(script);
    });
    return loading;
  }

  // Graphs whose outputs were just replaced, by their place in the page: the next figure at the same place takes one
  // over and is drawn into it, so that a figure that follows a slider moves instead of flickering.
  const parked = [];

  function park(graph) {
    parked.push(graph);
    setTimeout(() => {
      const index = parked.indexOf(graph);
      if (index < 0) return;
      parked.splice(index, 1);
      globalThis.Plotly?.purge(graph);
    }, 1000);
  }

  function makeRenderer(Widget) {
    return class FigureRenderer extends Widget {
      constructor() {
        super();
        this.addClass("flashlab-figure");
        this.node.style.width = "100%";
      }

      async renderModel(model) {
        const figure = model.data[PLOTLY];
        const [Plotly] = await Promise.all([plotly(), new Promise(requestAnimationFrame)]);
        if (this.isDisposed) return;
        if (!this.graph) {
          this.place = this.node.closest(".jupyter-widgets.widget-output");
          const index = parked.findIndex((graph) => this.place && graph.flashlabPlace === this.place);
          this.graph = index < 0 ? document.createElement("div") : parked.splice(index, 1)[0];
          this.graph.flashlabPlace = this.place;
          this.node.replaceChildren(this.graph);
        }
        this.node.style.minHeight = `${figure.layout?.height ?? 420}px`;
        await globalThis.flashlabDraw(Plotly, this.graph, figure);
      }

      onAfterShow() {
        this.resize();
      }

      onResize() {
        this.resize();
      }

      resize() {
        if (this.graph && this.node.offsetWidth > 0) globalThis.Plotly.Plots.resize(this.graph);
      }

      dispose() {
        if (this.isDisposed) return;
        if (this.graph) park(this.graph);
        super.dispose();
      }
    };
  }

  async function mimeExtension() {
    const { Widget } = await lab("@lumino/widgets");
    const Renderer = makeRenderer(Widget);
    const extension = {
      id: "flashlab-plotly:figures",
      rendererFactory: { safe: true, mimeTypes: [PLOTLY], createRenderer: () => new Renderer() },
      rank: 10,
      dataType: "json",
    };
    return { __esModule: true, default: [extension] };
  }

  globalThis._JUPYTERLAB ??= {};
  globalThis._JUPYTERLAB["flashlab-plotly"] = {
    init(scope) {
      shared = scope;
    },
    async get() {
      const module = await mimeExtension();
      return () => module;
    },
  };
})();
