using Tango2.Display;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>The paper's Table 2 beside the same statistics of other pairs.</summary>
public static class PaperPairs
{
    /// <summary>One row per strategy: number of pairs and mean cosines, the paper's and ours.</summary>
    /// <remarks>Its pairs are of AudioCaps prompts, scored by LAION's CLAP models; cosines of other models are not comparable in height.</remarks>
    /// <param name="kept">Pairs after filtering, with scores.</param>
    /// <param name="model">Index of the CLAP model that our means are of; the paper does not say which its are of.</param>
    public static Table Beside(IReadOnlyCollection<PreferencePair> kept, int model = 0)
    {
        var table = new Table(
            "Pairs after filtering: the paper's Table 2 and ours", "strategy", "paper: pairs", "winner", "loser", "Δ",
            "ours: pairs", "our winner", "our loser", "our Δ");
        var ours = PairSummary.Table(kept, model).ToDictionary(row => row.Label);
        foreach (var label in (string[])["1.1", "1.2", "2", "3", "all"])
        {
            object? Paper(string column) => PaperFile.Cell("table2", label == "all" ? "overall" : label, column);
            var row = ours.GetValueOrDefault(label);
            table.Add(
                label, Paper("pairs"), Paper("avg_winner_clap"), Paper("avg_loser_clap"), Paper("avg_delta"),
                row?.Pairs ?? 0, row?.Winner, row?.Loser, row?.Delta);
        }
        return table;
    }
}
