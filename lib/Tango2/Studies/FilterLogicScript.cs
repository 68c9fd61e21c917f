namespace Tango2.Studies;

/// <summary>What a <see cref="FilterExplorer"/> computes while sliders move: plain JavaScript that touches no page.</summary>
/// <remarks>It decides as <see cref="Preferences.ClapFilter"/> does, condition by condition.</remarks>
internal static class FilterLogicScript
{
    /// <summary>
    /// The object <c>logic</c>. A pair has scores [[winner, loser], …], one per model; limits are { alpha, beta, deltaMin,
    /// deltaMax }, one per model.
    /// </summary>
    public const string Text = """
        const logic = {
          // The conditions of one model: how far a pair is inside each (below 0: outside), and whether it holds.
          // A difference is compared at 12 decimals, since 0.50 − 0.45 is otherwise below 0.05; winner = loser fails.
          conditions: ([winner, loser], { alpha, beta, deltaMin, deltaMax }) => {
            const delta = winner - loser, tiny = 5e-13;
            return [["winner ≥ α", winner - alpha, 0], ["loser ≥ β", loser - beta, 0],
              ["winner > loser", delta, Number.MIN_VALUE],
              ["Δ ≥ Δ min", delta - deltaMin, -tiny], ["Δ ≤ Δ max", deltaMax - delta, -tiny]]
              .map(([name, slack, least]) => ({ name, slack, holds: slack >= least }));
          },

          // All conditions of all models; the one with the least room decides how near the boundary is.
          judged: (pair, limits, models) => {
            const all = pair.scores.flatMap((score, m) => logic.conditions(score, limits[m])
              .map(condition => ({ ...condition, model: models[m] })));
            const failed = all.filter(condition => !condition.holds);
            return { all, failed, kept: failed.length === 0, least: all.reduce((a, b) => a.slack <= b.slack ? a : b) };
          },

          nearest: judged => [...judged].sort((a, b) => Math.abs(a.least.slack) - Math.abs(b.least.slack)),

          // By condition of one model: how many pairs fail it, and how many fail nothing else.
          failures: (judged, model) => judged[0].all.filter(c => c.model === model).map(({ name }) => {
            const failing = judged.filter(j => j.failed.some(c => c.model === model && c.name === name));
            return { name, failing: failing.length, alone: failing.filter(j => j.failed.length === 1).length };
          }),

          distance: value => {
            const size = Math.abs(value);
            return size > 0 && size < 0.00005 ? "less than 0.0001" : size.toFixed(4);
          },

          // One sentence: which condition decides, and by how much.
          verdict: ({ kept, failed, least }) => {
            const name = `${least.model}: ${least.name}`;
            if (kept) return least.slack > 5e-13
              ? `✓ kept · nearest bound: ${name}, ${logic.distance(least.slack)} inside`
              : `✓ kept · nearest bound: ${name}, exactly on it`;
            const others = failed.length > 1 ? ` (and ${failed.length - 1} more)` : "";
            return least.slack === 0
              ? `✗ dropped · fails ${name}: the two are equal${others}`
              : `✗ dropped · fails ${name} by ${logic.distance(least.slack)}${others}`;
          },

          // What is wrong with the bounds of a model themselves; empty if nothing is.
          contradiction: ({ deltaMin, deltaMax }) => deltaMin > deltaMax
            ? `Δ min ${deltaMin.toFixed(2)} is above Δ max ${deltaMax.toFixed(2)}: no pair can pass.` : "",
        };
        """;
}
