using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Tests.Studies;

/// <summary>The explorer's script decides as the library does; its logic is run by Node.js where that is installed.</summary>
public partial class FilterLogicTests
{
    private static readonly ClapThresholds Open = new("clap-a", -1, -1, -2, 2);

    // trial 10: all bounds open, and some pairs are still missing.
    [Fact]
    public void The_script_keeps_and_counts_what_the_filter_does()
    {
        var pairs = FilterExplorerTests.Pairs(300);
        var random = new Random(2);
        double Bound(double low, double high) => Math.Round(low + (random.NextDouble() * (high - low)), 2);
        foreach (var turn in Enumerable.Range(0, 5))
        {
            ClapThresholds[] limits = turn == 0 ? [Open, Open with { Model = "clap-b" }]
                : [.. new[] { "clap-a", "clap-b" }.Select(m => new ClapThresholds(m, Bound(0.2, 0.6), Bound(-0.2, 0.4), Bound(-0.1, 0.2), Bound(0.2, 0.5)))];
            var filter = new ClapFilter(limits);
            var told = Run(pairs, limits, "[judged.filter(j => j.kept).length, ...models.map(m => logic.failures(judged, m))]");
            Assert.Equal(filter.Keep(pairs).Count, told[0].GetInt32());
            var failing = limits.SelectMany((_, m) => told[m + 1].EnumerateArray())
                .Select(f => (f.GetProperty("name").GetString(), f.GetProperty("failing").GetInt32())).ToArray();
            var counts = FilterCount.Of(pairs, filter);
            foreach (var (condition, name) in new[] { (FilterCondition.Winner, "winner ≥ α"), (FilterCondition.Loser, "loser ≥ β"), (FilterCondition.Order, "winner > loser") })
                Assert.Equal(counts.Where(c => c.Condition == condition).Select(c => c.Failing), failing.Where(f => f.Item1 == name).Select(f => f.Item2));
            if (turn == 0) Assert.Equal(pairs.Count(p => p.Scores.Any(s => s.Winner <= s.Loser)), pairs.Length - told[0].GetInt32());
        }
    }

    // trial 9: at α = 1 the nearest are those with the best winners.
    [Fact]
    public void The_nearest_pairs_follow_the_bounds()
    {
        var pairs = FilterExplorerTests.Pairs(50);
        ClapThresholds[] limits = [new("clap-a", 1, -1, -1, 1), new("clap-b", -1, -1, -1, 1)];
        var told = Run(pairs, limits, "logic.nearest(judged).slice(0, 4).map(j => j.pair.scores[0][0])");
        Assert.Equal(pairs.OrderBy(p => Math.Abs(BorderlinePairs.Margin(p, limits))).Take(4).Select(p => p.Scores[0].Winner),
            told.EnumerateArray().Select(n => n.GetDouble()));
    }

    // trial 10: "✓ by 0.000" beside "✗ by -0.000".
    [Theory]
    [InlineData(0.50, 0.40, "✓ kept · nearest bound: clap-a: winner ≥ α, exactly on it")]
    [InlineData(0.50002, 0.40, "✓ kept · nearest bound: clap-a: winner ≥ α, less than 0.0001 inside")]
    [InlineData(0.52, 0.40, "✓ kept · nearest bound: clap-a: winner ≥ α, 0.0200 inside")]
    [InlineData(0.49998, 0.40, "✗ dropped · fails clap-a: winner ≥ α by less than 0.0001")]
    [InlineData(0.44, 0.40, "✗ dropped · fails clap-a: winner ≥ α by 0.0600")]
    [InlineData(0.60, 0.60, "✗ dropped · fails clap-a: winner > loser: the two are equal")]
    [InlineData(0.44, 0.45, "✗ dropped · fails clap-a: winner ≥ α by 0.0600 (and 2 more)")]
    public void A_verdict_names_its_condition(double winner, double loser, string expected)
    {
        ClapThresholds[] limits = [new("clap-a", 0.5, -1, 0, 1), new("clap-b", -1, -1, -1, 2)];
        Assert.Equal(expected, Run([FilterExplorerTests.Pair("x", winner, loser)], limits, "logic.verdict(judged[0])").GetString());
    }

    // trial 10: Δ min above Δ max said nothing.
    [Fact]
    public void Bounds_that_contradict_each_other_are_told()
    {
        ClapThresholds[] limits = [new("clap-a", 0.5, -1, 0.5, 0.3), new("clap-b", -1, -1, -1, 2)];
        var told = Run(FilterExplorerTests.Pairs(1), limits, "limits.map(logic.contradiction)");
        Assert.Equal("Δ min 0.50 is above Δ max 0.30: no pair can pass.", told[0].GetString());
        Assert.Equal("", told[1].GetString());
    }

    /// <summary>The value of a JavaScript expression of logic, pairs, limits, models and judged.</summary>
    private static JsonElement Run(PreferencePair[] pairs, ClapThresholds[] limits, string expression)
    {
        var logic = Logic().Match(new FilterExplorer(pairs).ToHtml()).Value;
        string Json(object value) => JsonSerializer.Serialize(value, JsonSerializerOptions.Web);
        var scores = pairs.Select(p => new { Scores = p.Scores.Select(s => new[] { s.Winner, s.Loser }) });
        return Node($"""
            {logic}
            const pairs = {Json(scores)}, limits = {Json(limits)}, models = limits.map(l => l.model);
            const judged = pairs.map(pair => ({"{"} pair, ...logic.judged(pair, limits, models) {"}"}));
            console.log(JSON.stringify({expression}));
            """);
    }

    private static JsonElement Node(string script)
    {
        var start = new ProcessStartInfo("node", ["-"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new System.Text.UTF8Encoding(false),
            StandardOutputEncoding = System.Text.Encoding.UTF8,
        };
        Process? node = null;
        try
        {
            node = Process.Start(start);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("Node.js is not installed.");
        }
        using (node)
        {
            node!.StandardInput.Write(script);
            node.StandardInput.Close();
            var text = node.StandardOutput.ReadToEnd();
            node.WaitForExit();
            Assert.True(node.ExitCode == 0, node.StandardError.ReadToEnd());
            return JsonDocument.Parse(text).RootElement.Clone();
        }
    }

    [GeneratedRegex(@"const logic = \{.*?\n\};", RegexOptions.Singleline)]
    private static partial Regex Logic();
}
