// What the report's pages do in the browser: draw figures when they come near, fold code, switch between light and
// dark, and fit everything to paper. Without scripts the pages still read well.

(() => {
  const root = document.documentElement;
  const figures = [...document.querySelectorAll("figure.plot")];

  /** The width of A4 between the margins that the style sheet sets (180 mm), in CSS pixels; Letter is a little wider. */
  const PAPER_WIDTH = 680;
  let printing = false;

  function draw(figure) {
    const data = JSON.parse(figure.querySelector('script[type="application/json"]').textContent);
    if (printing) data.layout = { ...data.layout, width: PAPER_WIDTH, autosize: false };
    figure.dataset.drawn = "yes";
    return globalThis.flashlabDraw(globalThis.Plotly, figure.querySelector(".drawing"), data);
  }

  const near = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        near.unobserve(target);
        draw(target);
      }
    },
    { rootMargin: "600px" },
  );
  for (const figure of figures) near.observe(figure);
  const redraw = () => figures.filter((figure) => figure.dataset.drawn).forEach(draw);
  // A figure in a folded solution is drawn once it can be seen, at the width that it then has.
  document.addEventListener("toggle", redraw, true);

  // Light or dark: the reader's choice, else the system's.
  const system = matchMedia("(prefers-color-scheme: dark)");
  const themeButton = document.querySelector('[data-do="theme"]');
  function remember(theme) {
    try {
      if (theme === undefined) return localStorage.getItem("flashlab-theme");
      localStorage.setItem("flashlab-theme", theme);
    } catch {
      // A page opened from a file may have no storage: the choice then lasts for the page.
    }
    return null;
  }
  function setTheme(theme) {
    root.dataset.theme = theme;
    if (themeButton) themeButton.textContent = theme === "dark" ? "Light" : "Dark";
    redraw();
  }
  const systemTheme = () => (system.matches ? "dark" : "light");
  setTheme(remember() ?? systemTheme());
  system.addEventListener("change", () => remember() ?? setTheme(systemTheme()));
  themeButton?.addEventListener("click", () => {
    const theme = root.dataset.theme === "dark" ? "light" : "dark";
    remember(theme);
    setTheme(theme);
  });

  // All code at once.
  const codeButton = document.querySelector('[data-do="code"]');
  codeButton?.addEventListener("click", () => {
    const open = codeButton.getAttribute("aria-pressed") !== "true";
    for (const details of document.querySelectorAll("details.code")) details.open = open;
    codeButton.setAttribute("aria-pressed", String(open));
    codeButton.textContent = open ? "Hide code" : "Show code";
  });

  // The section being read is marked in the table of contents.
  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const reading = new IntersectionObserver(
    (entries) => {
      const first = entries.find(({ isIntersecting }) => isIntersecting);
      if (!first) return;
      for (const link of links.values()) link.removeAttribute("aria-current");
      links.get(first.target.id)?.setAttribute("aria-current", "true");
    },
    { rootMargin: "-10% 0px -75% 0px" },
  );
  for (const id of links.keys()) {
    const heading = document.getElementById(id);
    if (heading) reading.observe(heading);
  }

  // On paper: light, every figure drawn and as wide as the page.
  let before;
  addEventListener("beforeprint", () => {
    before = root.dataset.theme;
    root.dataset.theme = "light";
    root.dataset.printing = "yes";
    printing = true;
    figures.forEach(draw);
  });
  addEventListener("afterprint", () => {
    printing = false;
    delete root.dataset.printing;
    setTheme(before);
  });
})();
