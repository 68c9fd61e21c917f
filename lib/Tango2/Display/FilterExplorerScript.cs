namespace Tango2.Display;

/// <summary>What moves inside a <see cref="FilterExplorer"/>: plain JavaScript and SVG, no library.</summary>
internal static class FilterExplorerScript
{
    /// <summary>The script; EXPLORER_ID stands for the fragment's id.</summary>
    public const string Text = """
        (() => {
          const root = document.querySelector('[data-filter-explorer="EXPLORER_ID"]:not([data-ready])');
          if (!root) return;
          root.dataset.ready = "yes";
          const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
          const body = root.querySelector('[data-part="body"]');
          const pairs = data.pairs.map(p => ({ strategy: p[0], prompt: p[1],
            scores: [[p[2], p[3]], [p[4], p[5]]], sounds: [p[6], p[7]] }));
          const names = [["alpha", "α  winner ≥"], ["beta", "β  loser ≥"],
            ["deltaMin", "Δ min  winner − loser ≥"], ["deltaMax", "Δ max  winner − loser ≤"]];
          const colours = ["#0072B2", "#D55E00"];
          const limits = data.limits.map(l => ({ ...l }));
          const make = (tag, style, text) => {
            const e = document.createElement(tag);
            if (style) e.style.cssText = style;
            if (text !== undefined) e.textContent = text;
            return e;
          };
          const svg = (tag, attributes, text) => {
            const e = document.createElementNS("http://www.w3.org/2000/svg", tag);
            for (const [k, v] of Object.entries(attributes)) e.setAttribute(k, v);
            if (text !== undefined) e.textContent = text;
            return e;
          };

          // How far a pair is inside (above 0) or outside each condition; the least decides.
          const slacks = pair => pair.scores.flatMap(([w, l], m) => [
            [w - limits[m].alpha, `${data.models[m]}: winner at α`],
            [l - limits[m].beta, `${data.models[m]}: loser at β`],
            [w - l - limits[m].deltaMin, `${data.models[m]}: Δ at its minimum`],
            [limits[m].deltaMax - (w - l), `${data.models[m]}: Δ at its maximum`]]);
          const tiny = 1e-9;
          const kept = pair => pair.scores.every(([w, l]) => w > l) && slacks(pair).every(s => s[0] >= -tiny);

          body.replaceChildren();
          const columns = body.appendChild(make("div", "display:grid;grid-template-columns:repeat(auto-fit,minmax(300px,1fr));gap:12px 24px"));
          const drawings = [];
          data.models.forEach((model, m) => {
            const column = columns.appendChild(make("div"));
            column.append(make("div", `font-weight:600;color:${colours[m]}`, model));
            for (const [key, label] of names) {
              const line = column.appendChild(make("label", "display:grid;grid-template-columns:11.5em 1fr 3.2em;gap:8px;align-items:center"));
              line.append(make("span", "", label));
              const slider = line.appendChild(make("input"));
              Object.assign(slider, { type: "range", min: -0.2, max: 1, step: 0.01, value: limits[m][key] });
              slider.dataset.model = m;
              slider.dataset.key = key;
              slider.setAttribute("aria-label", `${model} ${key}`);
              const shown = line.appendChild(make("output", "text-align:right;font-variant-numeric:tabular-nums"));
              slider.addEventListener("input", () => { limits[m][key] = +slider.value; update(); });
              drawings.push(() => { slider.value = limits[m][key]; shown.textContent = limits[m][key].toFixed(2); });
            }
            drawings.push(histogram(column, m, "winner score (cosine)", p => p.scores[m][0],
              () => [limits[m].alpha]));
            drawings.push(histogram(column, m, "Δ = winner − loser", p => p.scores[m][0] - p.scores[m][1],
              () => [limits[m].deltaMin, limits[m].deltaMax]));
          });

          function histogram(parent, m, label, value, marks) {
            const [width, height, bins, low, high] = [360, 120, 40, -0.2, 1];
            const x = v => 30 + (v - low) / (high - low) * (width - 40);
            const picture = parent.appendChild(svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
              "aria-label": label, style: "width:100%;max-width:440px;display:block" }));
            const count = set => {
              const counts = new Array(bins).fill(0);
              for (const p of set)
                counts[Math.max(0, Math.min(bins - 1, Math.floor((value(p) - low) / (high - low) * bins)))]++;
              return counts;
            };
            const all = count(pairs), most = Math.max(1, ...all);
            return chosen => {
              picture.replaceChildren();
              const some = count(chosen), bar = (width - 40) / bins, tall = height - 40;
              for (let b = 0; b < bins; b++) {
                for (const [n, fill] of [[all[b], "#ccc"], [some[b], colours[m]]]) {
                  const h = n / most * tall;
                  if (h > 0) picture.append(svg("rect", { x: 30 + b * bar, y: 8 + tall - h, width: bar - 0.6, height: h, fill }));
                }
              }
              picture.append(svg("line", { x1: 30, x2: width - 10, y1: 8 + tall, y2: 8 + tall, stroke: "#888" }));
              for (let t = -0.2; t < 1.01; t += 0.2)
                picture.append(svg("text", { x: x(t), y: height - 20, "font-size": 9, "text-anchor": "middle" }, t.toFixed(1)));
              picture.append(svg("text", { x: 26, y: 16, "font-size": 9, "text-anchor": "end" }, most));
              picture.append(svg("text", { x: width / 2, y: height - 6, "font-size": 10, "text-anchor": "middle" }, label));
              for (const v of marks())
                picture.append(svg("line", { x1: x(v), x2: x(v), y1: 4, y2: 8 + tall, stroke: "#000", "stroke-dasharray": "4 3" }));
            };
          }

          const bar = body.appendChild(make("div", "margin:8px 0;display:flex;gap:12px;align-items:center"));
          const reset = bar.appendChild(make("button", "padding:3px 12px;cursor:pointer", "back to the start"));
          reset.type = "button";
          reset.addEventListener("click", () => { data.limits.forEach((l, m) => Object.assign(limits[m], l)); update(); });
          bar.append(make("span", "color:#555", "grey: all candidates; colour: kept by both models"));
          const counts = body.appendChild(make("table", "border-collapse:collapse;font-variant-numeric:tabular-nums;color:#222;background:#fff"));
          const borderTitle = body.appendChild(make("div", "font-weight:600;margin-top:12px"));
          const border = body.appendChild(make("div"));
          const strategies = [...new Set(pairs.map(p => p.strategy))].sort();

          function row(cells, header) {
            const tr = counts.appendChild(make("tr", "background:#fff"));
            cells.forEach((c, i) => tr.append(make(header ? "th" : "td",
              `padding:2px 12px;border-bottom:1px solid #ddd;text-align:${i ? "right" : "left"}`, c)));
          }

          function update() {
            const chosen = pairs.filter(kept);
            drawings.forEach(draw => draw(chosen));
            counts.replaceChildren();
            row(["strategy", "candidates", "kept", "kept %", "winner", "loser", "Δ"], true);
            for (const s of [...strategies, null]) {
              const of = set => s === null ? set : set.filter(p => p.strategy === s);
              const [before, after] = [of(pairs), of(chosen)];
              const mean = f => after.length ? (after.reduce((sum, p) => sum + f(p), 0) / after.length).toFixed(3) : "–";
              row([s ?? "all", before.length, after.length, (100 * after.length / before.length).toFixed(1),
                mean(p => p.scores[0][0]), mean(p => p.scores[0][1]), mean(p => p.scores[0][0] - p.scores[0][1])]);
            }
            const heard = pairs.filter(p => p.sounds[0] || p.sounds[1]);
            const near = (heard.length ? heard : pairs)
              .map(p => ({ p, slack: slacks(p).reduce((a, b) => a[0] <= b[0] ? a : b) }))
              .sort((a, b) => Math.abs(a.slack[0]) - Math.abs(b.slack[0])).slice(0, 4);
            borderTitle.textContent = heard.length ? "Nearest to the boundary: listen" : "Nearest to the boundary";
            const key = near.map(n => pairs.indexOf(n.p)).join();
            if (border.dataset.key !== key) {
              border.dataset.key = key;
              border.replaceChildren(...near.map(card));
            }
            near.forEach((n, i) => {
              border.children[i].firstChild.textContent =
                `${kept(n.p) ? "✓ kept" : "✗ dropped"} · ${n.slack[1]} by ${n.slack[0].toFixed(3)}`;
              border.children[i].firstChild.style.color = kept(n.p) ? "#006644" : "#a02000";
            });
          }

          function card({ p }) {
            const e = make("div", "border-top:1px solid #ddd;padding:6px 0");
            e.append(make("div", "font-weight:600"), make("div", "", `“${p.prompt}” (strategy ${p.strategy})`));
            const line = e.appendChild(make("div", "display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center"));
            ["winner", "loser"].forEach((side, i) => {
              line.append(make("span", "", `${side} ${p.scores.map(s => s[i].toFixed(3)).join(" / ")}`));
              if (!p.sounds[i]) return;
              const player = line.appendChild(make("audio", "height:32px;max-width:240px"));
              player.controls = true;
              player.src = p.sounds[i];
            });
            return e;
          }

          update();
        })();
        """;
}
