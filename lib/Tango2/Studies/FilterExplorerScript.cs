namespace Tango2.Studies;

/// <summary>What moves inside a <see cref="FilterExplorer"/>: plain JavaScript and SVG, no library.</summary>
internal static class FilterExplorerScript
{
    /// <summary>The script of one fragment.</summary>
    /// <param name="id">The fragment's.</param>
    public static string Of(string id) => Text.Replace("EXPLORER_ID", id, StringComparison.Ordinal)
        .Replace("EXPLORER_LOGIC", FilterLogicScript.Text, StringComparison.Ordinal);

    private const string Text = """
        (() => {
          const root = document.querySelector('[data-filter-explorer="EXPLORER_ID"]:not([data-ready])');
          if (!root) return;
          root.dataset.ready = "yes";
          EXPLORER_LOGIC
          const data = JSON.parse(root.querySelector('script[type="application/json"]').textContent);
          const body = root.querySelector('[data-part="body"]');
          const pairs = data.pairs.map(p => ({ strategy: p[0], prompt: p[1],
            scores: [[p[2], p[3]], [p[4], p[5]]], sounds: [p[6], p[7]] }));
          const strategies = [...new Set(pairs.map(p => p.strategy))].sort();
          const names = [["alpha", "α: winner at least"], ["beta", "β: loser at least"],
            ["deltaMin", "Δ min: winner − loser at least"], ["deltaMax", "Δ max: winner − loser at most"]];
          const colours = ["#0072B2", "#D55E00"];
          const limits = data.limits.map(l => ({ ...l }));
          const number = n => n.toLocaleString("en");

          // Open sliders must leave out no pair, so they reach as far as the scores do.
          const values = [...pairs.flatMap(p => p.scores.flatMap(([w, l]) => [w, l, w - l])),
            ...limits.flatMap(l => Object.values(l))];
          const low = Math.min(-0.2, Math.floor(values.reduce((a, b) => Math.min(a, b)) * 10) / 10);
          const high = Math.max(1, Math.ceil(values.reduce((a, b) => Math.max(a, b)) * 10) / 10);

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

          function table(parent, title, heads) {
            const e = parent.appendChild(make("table", "border-collapse:collapse;font-variant-numeric:tabular-nums;color:#222;background:#fff;margin:6px 0"));
            const cell = (tag, scope, text, i) => {
              const c = make(tag, `padding:2px 8px;border-bottom:1px solid #ddd;color:#222;background:#fff;font-weight:${scope === "col" ? 600 : 400};text-align:${i ? "right" : "left"}`, text);
              if (scope) c.scope = scope;
              return c;
            };
            return rows => {
              const head = make("tr", "background:#fff"), lines = make("tbody");
              head.append(...heads.map((text, i) => cell("th", "col", text, i)));
              for (const row of rows) {
                const line = lines.appendChild(make("tr", "background:#fff"));
                line.append(...row.map((text, i) => i ? cell("td", "", text, i) : cell("th", "row", text, i)));
              }
              const top = make("thead");
              top.append(head);
              e.replaceChildren(make("caption", "text-align:left;font-weight:600;color:#222;padding:2px 0", title), top, lines);
            };
          }

          body.replaceChildren();
          const columns = body.appendChild(make("div", "display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,300px),1fr));gap:12px 24px"));
          const drawings = [];
          data.models.forEach((model, m) => {
            const column = columns.appendChild(make("div", "min-width:0"));
            column.setAttribute("role", "group");
            column.setAttribute("aria-label", model);
            column.append(make("div", `font-weight:600;color:${colours[m]}`, model));
            for (const [key, label] of names) drawings.push(slider(column, model, m, key, label));
            const clash = column.appendChild(make("div", "color:#a02000;font-weight:600"));
            drawings.push(() => { clash.textContent = logic.contradiction(limits[m]); });
            drawings.push(histogram(column, m, "winner (cosine)", p => p.scores[m][0], () => [limits[m].alpha]));
            drawings.push(histogram(column, m, "loser (cosine)", p => p.scores[m][1], () => [limits[m].beta]));
            drawings.push(histogram(column, m, "Δ = winner − loser", p => p.scores[m][0] - p.scores[m][1],
              () => [limits[m].deltaMin, limits[m].deltaMax]));
            const failing = table(column, `Why pairs are missing: ${model}`, ["condition", "pairs", "fail this alone"]);
            drawings.push((chosen, judged) => failing(logic.failures(judged, model)
              .map(f => [f.name, number(f.failing), number(f.alone)])));
            const means = table(column, `Means of the kept pairs by ${model}`, ["strategy", "winner", "loser", "Δ"]);
            drawings.push(chosen => means([...strategies, null].map(s => {
              const of = chosen.filter(p => s === null || p.strategy === s);
              const mean = f => of.length ? (of.reduce((sum, p) => sum + f(p.scores[m]), 0) / of.length).toFixed(3) : "–";
              return [s ?? "all", mean(([w]) => w), mean(([, l]) => l), mean(([w, l]) => w - l)];
            })));
          });

          // The name and the value stand above the slider, so that a narrow page cuts neither.
          function slider(parent, model, m, key, label) {
            const line = parent.appendChild(make("label", "display:flex;flex-wrap:wrap;justify-content:space-between;gap:0 8px;margin:2px 0"));
            line.append(make("span", "", label));
            const shown = line.appendChild(make("output", "font-variant-numeric:tabular-nums"));
            const input = line.appendChild(make("input", "flex:1 0 100%;min-width:0;margin:2px 0"));
            Object.assign(input, { type: "range", min: low, max: high, step: 0.01, value: limits[m][key] });
            input.dataset.model = m;
            input.dataset.key = key;
            input.setAttribute("aria-label", `${model}, ${label}`);
            shown.setAttribute("aria-live", "off"); // The slider tells its own value.
            input.addEventListener("input", () => { limits[m][key] = +input.value; update(); });
            return () => {
              input.value = limits[m][key];
              shown.textContent = limits[m][key].toFixed(Number.isInteger(Math.round(limits[m][key] * 1e6) / 1e4) ? 2 : 4);
              input.setAttribute("aria-valuetext", shown.textContent);
            };
          }

          function histogram(parent, m, label, value, marks) {
            const [width, height, bins] = [360, 110, 48];
            const x = v => 30 + (v - low) / (high - low) * (width - 40);
            const picture = parent.appendChild(svg("svg", { viewBox: `0 0 ${width} ${height}`, role: "img",
              style: "width:100%;max-width:440px;display:block" }));
            const count = set => {
              const counts = new Array(bins).fill(0);
              for (const p of set)
                counts[Math.max(0, Math.min(bins - 1, Math.floor((value(p) - low) / (high - low) * bins)))]++;
              return counts;
            };
            const all = count(pairs), most = Math.max(1, ...all);
            return chosen => {
              picture.replaceChildren();
              picture.setAttribute("aria-label", `${data.models[m]}, histogram of ${label}: ${number(chosen.length)} kept of `
                + `${number(pairs.length)}; bound at ${marks().map(v => v.toFixed(2)).join(" and ")}`);
              const some = count(chosen), bar = (width - 40) / bins, tall = height - 40;
              for (let b = 0; b < bins; b++) {
                for (const [n, fill] of [[all[b], "#ccc"], [some[b], colours[m]]]) {
                  const h = n / most * tall;
                  if (h > 0) picture.append(svg("rect", { x: 30 + b * bar, y: 8 + tall - h, width: bar - 0.6, height: h, fill }));
                }
              }
              picture.append(svg("line", { x1: 30, x2: width - 10, y1: 8 + tall, y2: 8 + tall, stroke: "#888" }));
              for (let t = Math.ceil(low * 5); t <= Math.floor(high * 5); t++)
                picture.append(svg("text", { x: x(t / 5), y: height - 20, "font-size": 10, "text-anchor": "middle" }, (t / 5).toFixed(1)));
              picture.append(svg("text", { x: 26, y: 16, "font-size": 10, "text-anchor": "end" }, most));
              picture.append(svg("text", { x: width / 2, y: height - 6, "font-size": 11, "text-anchor": "middle" }, label));
              for (const v of marks())
                picture.append(svg("line", { x1: x(v), x2: x(v), y1: 4, y2: 8 + tall, stroke: "#000", "stroke-dasharray": "4 3" }));
            };
          }

          const bar = body.appendChild(make("div", "margin:8px 0;display:flex;flex-wrap:wrap;gap:4px 12px;align-items:center"));
          const reset = bar.appendChild(make("button", "padding:3px 12px;cursor:pointer", "back to the start"));
          reset.type = "button";
          reset.addEventListener("click", () => { data.limits.forEach((l, m) => Object.assign(limits[m], l)); update(); });
          bar.append(make("span", "color:#555", "grey: all candidates; colour: kept by both models; dashed: the bounds"));
          const status = body.appendChild(make("div", "font-weight:600"));
          status.setAttribute("role", "status");
          status.setAttribute("aria-live", "polite");
          const counts = table(body, "Pairs kept by both models", ["strategy", "candidates", "kept", "kept %"]);
          const near = list("Nearest to the boundary"), others = list("The other pairs with sounds");

          function list(title) {
            const part = body.appendChild(make("div"));
            part.setAttribute("role", "group");
            part.setAttribute("aria-label", title);
            const head = part.appendChild(make("div", "font-weight:600;margin-top:12px", title));
            const cards = part.appendChild(make("div"));
            return shown => {
              head.hidden = shown.length === 0;
              const key = shown.map(j => pairs.indexOf(j.pair)).join();
              if (cards.dataset.key !== key) { // A player that stays must not be made anew: it may be playing.
                cards.dataset.key = key;
                cards.replaceChildren(...shown.map(card));
              }
              shown.forEach((j, i) => {
                const line = cards.children[i].firstChild;
                line.textContent = logic.verdict(j);
                line.style.color = j.kept ? "#006644" : "#a02000";
              });
            };
          }

          function update() {
            const judged = pairs.map(pair => ({ pair, ...logic.judged(pair, limits, data.models) }));
            const chosen = judged.filter(j => j.kept).map(j => j.pair);
            drawings.forEach(draw => draw(chosen, judged));
            counts([...strategies, null].map(s => {
              const of = set => set.filter(p => s === null || p.strategy === s).length;
              return [s ?? "all", number(of(pairs)), number(of(chosen)), (100 * of(chosen) / of(pairs)).toFixed(1)];
            }));
            const clashes = limits.map((l, m) => [data.models[m], logic.contradiction(l)]).filter(c => c[1]);
            const most = data.models.flatMap(model => logic.failures(judged, model).map(f => ({ ...f, model })))
              .reduce((a, b) => b.failing > a.failing ? b : a);
            status.textContent = [`${number(chosen.length)} of ${number(pairs.length)} pairs kept.`,
              ...(most.failing ? [`Most of the missing fail ${most.model}: ${most.name} (${number(most.failing)}).`] : []),
              ...clashes.map(([model, text]) => `${model}: ${text}`)].join(" ");
            const sorted = logic.nearest(judged), first = sorted.slice(0, 4);
            near(first);
            others(sorted.filter(j => j.pair.sounds.some(s => s) && !first.includes(j)));
          }

          function card({ pair }) {
            const e = make("div", "border-top:1px solid #ddd;padding:6px 0");
            e.append(make("div", "font-weight:600"), make("div", "", `“${pair.prompt}” (strategy ${pair.strategy})`));
            const line = e.appendChild(make("div", "display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center"));
            ["winner", "loser"].forEach((side, i) => {
              const part = line.appendChild(make("span", "display:inline-flex;flex-wrap:wrap;gap:4px 8px;align-items:center"));
              part.append(make("span", "", `${side} ${pair.scores.map((s, m) => `${s[i].toFixed(4)} by ${data.models[m]}`).join(", ")}`));
              if (!pair.sounds[i]) return;
              const player = part.appendChild(make("audio", "height:32px;max-width:240px"));
              player.controls = true;
              player.src = pair.sounds[i];
              player.setAttribute("aria-label", `Sound: ${side} of “${pair.prompt}”, strategy ${pair.strategy}`);
            });
            const silent = !pair.sounds.some(s => s) && pairs.some(p => p.sounds.some(s => s));
            if (silent) e.append(make("div", "color:#555", "Not to be heard here: only the pairs nearest to the first boundary have sounds."));
            return e;
          }

          update();
        })();
        """;
}
