// Hands every figure with the attribute data-plotly to plotly.js: those on the page, when they come into view, and those
// that a notebook adds later. The drawn face stays until the moving one is there, and for good if that fails.
(() => {
  if (window.tango2LiveFigures) return;
  window.tango2LiveFigures = true;

  const draw = async figure => {
    const svg = figure.querySelector("svg"), place = document.createElement("div");
    place.setAttribute("role", "figure");
    place.setAttribute("aria-label", svg.getAttribute("aria-label") || "Figure");
    const { data, layout } = JSON.parse(figure.dataset.plotly);
    Object.assign(place.style, { width: `${Math.max(320, svg.getBoundingClientRect().width)}px`, maxWidth: "100%" });
    figure.append(place);
    try {
      await window.Plotly.newPlot(place, data, layout, {
        responsive: true, displaylogo: false, modeBarButtonsToRemove: ["toImage", "select2d", "lasso2d"] });
      svg.style.display = "none";
      follow(figure, place);
      hear(place);
    } catch (error) {
      place.remove();
      console.warn("a figure stays as it was drawn", error);
    }
  };

  // A cursor on a spectrogram at the time that the player beside it has reached.
  const follow = (figure, place) => {
    const players = figure.dataset.seconds && figure.parentElement?.parentElement?.querySelectorAll("audio");
    if (players?.length !== 1) return;
    players[0].addEventListener("timeupdate", () => window.Plotly.relayout(place, { shapes: [{
      type: "line", yref: "paper", y0: 0, y1: 1, x0: players[0].currentTime, x1: players[0].currentTime,
      line: { color: "#ffffff", width: 2 } }] }));
  };

  // A click on a point that is noted plays the sound of that name, where the page has a player of it.
  const hear = place => place.on("plotly_click", ({ points: [point] }) => {
    const player = point.hovertext && [...document.querySelectorAll("audio")]
      .find(audio => audio.getAttribute("aria-label")?.endsWith(point.hovertext));
    if (!player) return;
    player.scrollIntoView({ block: "center", behavior: "smooth" });
    player.play();
  });

  const seen = new IntersectionObserver(entries => entries.filter(entry => entry.isIntersecting).forEach(({ target }) => {
    seen.unobserve(target);
    draw(target);
  }), { rootMargin: "600px" });
  const find = () => document.querySelectorAll("[data-plotly]:not([data-live])").forEach(figure => {
    figure.dataset.live = "";
    seen.observe(figure);
  });
  const start = () => {
    find();
    new MutationObserver(find).observe(document.body, { childList: true, subtree: true });
  };
  if (document.body && document.readyState !== "loading") start();
  else document.addEventListener("DOMContentLoaded", start);
})();
