using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Tango2.Audio;
using Tango2.Display;
using Tango2.Preferences;

namespace Tango2.Studies;

/// <summary>Move the thresholds of the pair filter and see, and hear, which pairs they keep.</summary>
/// <remarks>
/// One fragment of HTML with its data and script inside: it works in a live notebook, in an executed one and in an
/// exported page, without a kernel. The counts it starts with are drawn by the library, so they show without scripts too.
/// </remarks>
[TypeFormatterSource(typeof(HtmlFormatterSource))]
public sealed class FilterExplorer : Shown
{
    private static readonly JsonSerializerOptions Compact = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    private readonly PreferencePair[] _pairs;
    private readonly ClapFilter _filter;
    private readonly Func<string, Waveform?>? _sound;

    /// <summary>An explorer of these pairs.</summary>
    /// <param name="pairs">Candidates before filtering, with one score for each of two CLAP models.</param>
    /// <param name="models">Where the sliders start; the paper's thresholds if left out.</param>
    /// <param name="sound">
    /// The waveform of a clip by its id; asked only for the pairs that are nearest the boundary where the sliders start. Without
    /// it there are no players.
    /// </param>
    /// <exception cref="ArgumentException">No pairs, not two models, or a score that is not a number.</exception>
    public FilterExplorer(
        IEnumerable<PreferencePair> pairs, IReadOnlyList<ClapThresholds>? models = null,
        Func<string, Waveform?>? sound = null)
    {
        (_pairs, _filter, _sound) = ([.. pairs], new(models ?? ClapThresholds.Paper), sound);
        if (_pairs.Length == 0) throw new ArgumentException("There must be at least one pair.", nameof(pairs));
        if (_filter.Models.Count != 2)
            throw new ArgumentException($"There must be two models, but there are {_filter.Models.Count}.", nameof(models));
        if (_pairs.FirstOrDefault(pair => !pair.Scores.All(s => double.IsFinite(s.Winner) && double.IsFinite(s.Loser))) is { } odd)
            throw new ArgumentException(
                $"Every score must be a finite number, but the pair '{odd.Winner}', '{odd.Loser}' of '{odd.Prompt}' has one "
                + "that is not: score it again, or leave the pair out.", nameof(pairs));
    }

    /// <summary>How many pairs get players; a second at 16 kHz weighs 43 KB in the page.</summary>
    public int Heard { get; init; } = 4;

    /// <summary>How many pairs pass where the sliders start.</summary>
    public int Kept => _filter.Keep(_pairs).Count;

    /// <inheritdoc/>
    public override string ToHtml()
    {
        var data = JsonSerializer.Serialize(Content(), Compact);
        var id = "filter-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(data)))[..12];
        return $"""
            <div role="group" aria-label="Filter explorer" data-filter-explorer="{id}" style="font:13px/1.4 sans-serif;box-sizing:border-box;color:#222;background:#fff;border:1px solid #ccc;border-radius:6px;padding:12px;max-width:960px">
            <noscript>Scripts are off: the sliders do not move.</noscript>
            <div data-part="body">{StartTable()}</div>
            <script type="application/json">{data}</script>
            <script>{FilterExplorerScript.Of(id)}</script>
            </div>
            """;
    }

    /// <inheritdoc/>
    public override string ToString() => $"FilterExplorer: {Kept} of {_pairs.Length} pairs kept";

    private object Content()
    {
        var heard = _sound is null ? [] : _pairs.OrderBy(Distance).Take(Heard).ToHashSet(ReferenceEqualityComparer.Instance);
        return new
        {
            Models = _filter.Models.Select(model => model.Model),
            Limits = _filter.Models.Select(model => new { model.Alpha, model.Beta, model.DeltaMin, model.DeltaMax }),
            Pairs = _pairs.Select(pair => Cells(pair, heard.Contains(pair))),
        };
    }

    /// <summary>How far the least satisfied (or most violated) condition is from its bound.</summary>
    private double Distance(PreferencePair pair) => Math.Abs(_filter.Models.Zip(pair.Scores, (m, s) => Math.Min(
        Math.Min(s.Winner - m.Alpha, s.Loser - m.Beta),
        Math.Min(s.Delta, Math.Min(s.Delta - m.DeltaMin, m.DeltaMax - s.Delta)))).Min());

    private object?[] Cells(PreferencePair pair, bool heard) =>
    [
        pair.Strategy.Label(), pair.Prompt, .. pair.Scores.SelectMany(s => new object[] { s.Winner, s.Loser }),
        heard ? Sound(pair.Winner) : null, heard ? Sound(pair.Loser) : null,
    ];

    private string? Sound(string clip) => _sound?.Invoke(clip) is { } waveform ? new AudioPlayer(waveform).DataUri : null;

    private string StartTable()
    {
        var table = new Table("Pairs kept", "strategy", "candidates", "kept");
        foreach (var group in _pairs.GroupBy(pair => pair.Strategy).OrderBy(group => group.Key))
            table.Add(group.Key.Label(), group.Count(), _filter.Keep(group).Count);
        return table.Add("all", _pairs.Length, Kept).ToHtml();
    }
}
