using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Tango2.Display;

/// <summary>Move the thresholds of the pair filter and see, and hear, which pairs they keep.</summary>
/// <remarks>
/// One fragment of HTML with its data and script inside: it works in a live notebook, in an executed one and in an
/// exported page, without a kernel. The counts it starts with are drawn by the library, so they show without scripts too.
/// </remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class FilterExplorer : Shown
{
    private static readonly JsonSerializerOptions Compact = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly FilterPair[] _pairs;
    private readonly FilterLimits[] _limits;
    private readonly string[] _models;

    /// <summary>An explorer of these pairs.</summary>
    /// <param name="pairs">Candidates before filtering.</param>
    /// <param name="limits1">Where the sliders of the first model start; the paper's if left out.</param>
    /// <param name="limits2">Where the sliders of the second model start; the paper's if left out.</param>
    /// <param name="model1">Name of the first CLAP model.</param>
    /// <param name="model2">Name of the second CLAP model.</param>
    public FilterExplorer(
        IEnumerable<FilterPair> pairs, FilterLimits? limits1 = null, FilterLimits? limits2 = null,
        string model1 = "CLAP 1", string model2 = "CLAP 2")
    {
        _pairs = [.. pairs];
        if (_pairs.Length == 0) throw new ArgumentException("There must be at least one pair.", nameof(pairs));
        _limits = [limits1 ?? FilterLimits.Paper1, limits2 ?? FilterLimits.Paper2];
        _models = [model1, model2];
    }

    /// <summary>How many pairs pass where the sliders start.</summary>
    public int Kept => _pairs.Count(Keeps);

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var data = JsonSerializer.Serialize(new { models = _models, limits = _limits, pairs = _pairs.Select(Row) }, Compact);
        var id = "filter-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..12];
        return $"""
            <div data-filter-explorer="{id}" style="font:13px/1.4 sans-serif;color:#222;background:#fff;border:1px solid #ccc;border-radius:6px;padding:12px;max-width:960px">
            <noscript>Scripts are off: the sliders do not move.</noscript>
            <div data-part="body">{StartTable()}</div>
            <script type="application/json">{data}</script>
            <script>{FilterExplorerScript.Text.Replace("EXPLORER_ID", id, StringComparison.Ordinal)}</script>
            </div>
            """;
    }

    /// <inheritdoc/>
    public override string ToString() => $"FilterExplorer: {Kept} of {_pairs.Length} pairs kept";

    private bool Keeps(FilterPair pair) =>
        _limits[0].Keeps(pair.Winner1, pair.Loser1) && _limits[1].Keeps(pair.Winner2, pair.Loser2);

    private string StartTable()
    {
        var table = new Table("Pairs kept", "strategy", "candidates", "kept");
        foreach (var group in _pairs.GroupBy(pair => pair.Strategy).OrderBy(g => g.Key, StringComparer.Ordinal))
            table.Add(group.Key, group.Count(), group.Count(Keeps));
        return table.Add("all", _pairs.Length, Kept).ToHtml();
    }

    private static object?[] Row(FilterPair p) =>
        [p.Strategy, p.Prompt, Short(p.Winner1), Short(p.Loser1), Short(p.Winner2), Short(p.Loser2), p.WinnerSound, p.LoserSound];

    private static double Short(double score) => Math.Round(score, 4);
}
