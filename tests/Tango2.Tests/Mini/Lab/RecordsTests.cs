using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Tango2.Files;
using Tango2.Evaluation;
using Tango2.Metrics;
using Tango2.Mini.Lab;
using Tango2.Studies;

namespace Tango2.Tests.Mini.Lab;

/// <summary>Words follow records: the numbers of TRAINING.md are those that the lab wrote down.</summary>
public sealed partial class RecordsTests
{
    private static readonly string Folder = Path.Combine(Repository.Root, "data", "mini");
    private static readonly string Page = File.ReadAllText(Path.Combine(Folder, "TRAINING.md"));

    [Theory]
    [InlineData("tokenizers",
        "{unigram tokens a caption|0.00} unigram and {byte-level tokens a caption|0.00} byte-level")]
    [InlineData("vae", "L1 {reconstruction L1 (nats)|0.00} nats")]
    [InlineData("vocoder", "{loudness kept, beep (share of RMS)|%} (beep) to " +
        "{loudness kept, thunder (share of RMS)|%} (thunder)")]
    [InlineData("revoicing", "{loudness kept (share of RMS)|%} of the RMS is left")]
    [InlineData("detector",
        "found {events found (share)|%}, sequences in order {sequences in the right order (share)|%}, " +
        "onsets within {median onset error (ms)|0} ms (median); the same after autoencoder and vocoder; " +
        "exactly the right sounds in {events exactly right (share of clips)|%} of clips")]
    [InlineData("detector", "found {events found (share), through autoencoder and vocoder|%}, sequences in order " +
        "{sequences in the right order (share), through autoencoder and vocoder|%}, " +
        "onsets within {median onset error (ms), through autoencoder and vocoder|0} ms")]
    [InlineData("grounding",
        "found {events found (share)|%}, sequences in order {sequences in the right order (share)|%}, " +
        "onsets within {median onset error (ms)|0} ms")]
    [InlineData("tagger",
        "{labels right (share)|%} of labels right, all of a clip's in {clips with all labels right (share)|%}")]
    [InlineData("clap-a", Clap)]
    [InlineData("clap-b", Clap)]
    [InlineData("clap-judge", Clap)]
    [InlineData("text-encoder", "kept for the test, {places read right|%} of the places")]
    [InlineData("text-encoder", "kept for the test, {places read right, pairs kept for the test|%} of the places")]
    [InlineData("unet-base", "single sounds there {single sounds present|%}, both of a pair {pairs: both present|%}, " +
        "their order right in {pairs: order right of those present|%} of those; all of three or more " +
        "{longer: all present|%}, in order {longer: all present and in order|%}; " +
        "all of an overlap {together: all present|%}")]
    [InlineData("candidates", "{clips|#,0} clips of {prompts|0} prompts")]
    [InlineData("ranking", "{pairs kept, strategy all|#,0} pairs kept of 2,146 ({pairs kept, strategy 1.1|0}, " +
        "{pairs kept, strategy 1.2|0}, {pairs kept, strategy 2|0}, {pairs kept, strategy 3|0} " +
        "of strategies 1.1, 1.2, 2, 3)")]
    public void A_stage_reached_what_its_record_says(string stage, string words) =>
        Assert.Contains(Filled(stage, words), Row(stage), StringComparison.Ordinal);

    private const string Clap = "R@1 {retrieval R@1 of 256|%} of 256; true caption above its swap " +
        "{true caption above swapped order|%}, revoiced {true caption above swapped order, revoiced|%}; " +
        "pairs kept for the test " +
        "{true caption above swapped order, pairs kept for the test|bare%} and " +
        "{true caption above swapped order, pairs kept for the test, revoiced|%}";

    [Theory]
    [InlineData("ranking", "in {winner truly better (share), strategy 1.1|bare%}, " +
        "{winner truly better (share), strategy 1.2|bare%}, {winner truly better (share), strategy 2|bare%} and " +
        "{winner truly better (share), strategy 3|%} of strategies 1.1 to 3, its loser in " +
        "{loser truly better (share), strategy 1.1|bare%}, {loser truly better (share), strategy 1.2|bare%}, " +
        "{loser truly better (share), strategy 2|bare%} and {loser truly better (share), strategy 3|%}")]
    [InlineData("listeners", "all asked sounds are there in {all asked sounds there (share of clips)|bare%}, " +
        "{all asked sounds there (share of clips), aligned|bare%} and {all asked sounds there (share of clips), guided|%} of the clips; " +
        "two sounds in sequence are there in order in {two in sequence: in order (share of clips)|bare%}, " +
        "{two in sequence: in order (share of clips), aligned|bare%} and {two in sequence: in order (share of clips), guided|%}, and of " +
        "the clips that hold both the order is right in {two in sequence: in order, of those with both|bare%}, " +
        "{two in sequence: in order, of those with both, aligned|bare%} and {two in sequence: in order, of those with both, guided|%}. " +
        "Three sounds or more are all there in {three or more|bare%}, {three or more, aligned|bare%} and {three or more, guided|%}:")]
    [InlineData("thresholds", "{right (share) of those with -1 or more|%} of the clips hold all that was asked, " +
        "in order; of those that both models score 0.5 or more {right (share) of those with 0.5 or more|%}, " +
        "0.6 or more {right (share) of those with 0.6 or more|%}")]
    [InlineData("vocoder",
        "bell {loudness kept, bell (share of RMS)|%}, meow {loudness kept, meow (share of RMS)|%}, " +
        "siren {loudness kept, siren (share of RMS)|%}, ring {loudness kept, ring (share of RMS)|%}, " +
        "whistle {loudness kept, whistle (share of RMS)|%}, chirp {loudness kept, chirp (share of RMS)|%}, " +
        "beep {loudness kept, beep (share of RMS)|%}")]
    [InlineData("vocoder", "{mel bins below −11 nats, which is digital silence (share)|%} of all mel bins")]
    public void A_sentence_has_the_numbers_of_its_record(string stage, string words) =>
        Assert.Contains(Filled(stage, words), Flowing(Page), StringComparison.Ordinal);

    [Theory]
    [InlineData("vae")]
    [InlineData("vocoder")]
    [InlineData("revoicing")]
    [InlineData("detector")]
    [InlineData("grounding")]
    [InlineData("tagger")]
    [InlineData("clap-a")]
    [InlineData("clap-b")]
    [InlineData("text-encoder")]
    [InlineData("unet-base")]
    [InlineData("candidates")]
    [InlineData("ranking")]
    [InlineData("unet-aligned")]
    [InlineData("one-noise")]
    [InlineData("unet-guided")]
    public void Minutes_are_those_of_the_record(string stage) => Assert.StartsWith(
        Show(Record(stage).GetProperty("seconds").GetDouble() / 60, "0"), Row(stage).Split(" | ")[2],
        StringComparison.Ordinal);

    [Theory]
    [InlineData("guidance.json")]
    [InlineData("guidance-guided.json")]
    public void Guidance_has_a_row_for_each_scale_of_its_record(string file)
    {
        foreach (var point in GuidanceTable.Read(Path.Combine(Folder, file)).Points)
        {
            string Cell(Metric metric, string format)
            {
                var (before, after, change) = point[metric];
                return $"{Show(before, format)} → {Show(after, format)} {Between(change.Low, change.High, format)}";
            }

            var row = $"| {Show(point.Base, "0.#")} | {Cell(Metric.ClapIndependent, "0.000")} | " +
                $"{Cell(Metric.Oer.ByDetector, "0.00")} | {Cell(Metric.Fidelity.ByDetector, "0.00")} | {Cell(Metric.Fad, "0.0")} |";
            Assert.Contains(row, Page.Replace("**", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("any difference", "0")]
    [InlineData("0.02", "0.02")]
    [InlineData("0.05", "0.05")]
    [InlineData("0.1", "0.1")]
    [InlineData("0.2", "0.2")]
    public void Thresholds_have_the_shares_of_their_record(string label, string apart) => Assert.Contains(
        Filled("thresholds", $"| {label} | {{pairs apart by {apart} or more|0}} | " +
            $"{{winner truly better (share) of those apart by {apart}|%}} | " +
            $"{{loser truly better (share) of those apart by {apart}|%}} |"),
        Page, StringComparison.Ordinal);

    [Fact]
    public void The_draw_is_that_of_its_record()
    {
        var gain = GainTable.Read(Path.Combine(Folder, "gain.json"))!;
        foreach (var metric in gain.Noise.Changes.Keys.Select(Metric.Of))
        {
            string Cell(GuidancePoint point) => Signed(metric, point[metric].Interval);
            var (test, hard) = (gain.Test, gain.Hard);
            Assert.Contains(
                $" | {Cell(gain.AtPaper)} | {Cell(test.Best)} | {Cell(gain.Noise)} | {Cell(hard.At(gain.Noise.Base))} | {Cell(hard.Best)} |",
                Section("## The draw"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Samplers_are_those_of_their_record()
    {
        Metric[] shown = [Metric.ClapIndependent, Metric.Fidelity.ByDetector, Metric.Oer.ByDetector, Metric.Fad];
        var rows = SamplerTable.Read(Path.Combine(Folder, "samplers.json"))!.Rows;
        foreach (var row in rows)
            Assert.Contains(
                $"\n| {SamplingStudy.NameOf(row.Way)} | {row.Way.Steps} | {string.Join(" | ", shown.Select(metric => Signed(metric, row[metric].Interval)))} |\n",
                Section("## Fewer network calls"), StringComparison.Ordinal);
        Assert.Equal(rows.Count + 2, Section("## Fewer network calls").Split('\n').Count(line => line.StartsWith('|')));
    }

    [Fact]
    public void Recipes_are_those_of_their_record()
    {
        var rows = AblationTable.Read(Path.Combine(Folder, "recipes.json"))!.Rows;
        foreach (var row in rows)
        {
            string Cell(Metric metric) => Signed(metric, row.ChangeOf(metric));
            string Beside(Metric metric) => row == rows[0] ? "–" : Signed(metric, row.FromOther[metric.Key]);
            var name = row.Other == rows[0].Name ? row.Name : $"{row.Name}; beside {row.Other}";
            var (judge, order) = (Metric.ClapIndependent, Metric.Fidelity.ByDetector);
            Assert.Contains(
                $"\n| {name} | {Show(row.Pairs, "#,0")} | {row.Steps} | {Cell(judge)} | {Cell(order)} | {Cell(Metric.Fad)} | " +
                $"{Beside(judge)} | {Beside(order)} |\n", Section("## What the parts are worth"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Ablations_are_those_of_their_record()
    {
        Metric[] shown = [Metric.ClapIndependent, Metric.Fidelity.ByDetector, Metric.Oer.ByDetector, Metric.Fad];
        var rows = AblationTable.Read(Path.Combine(Folder, "ablations.json"))!.Rows;
        Assert.Equal(MiniAblations.All.Select(variant => (variant.Name, 3)), rows.Select(row => (row.Name, row.Trainings)));
        foreach (var row in rows)
        {
            string Cells(IReadOnlyDictionary<string, Interval> changes) =>
                string.Join(" | ", shown.Select(metric => Signed(metric, changes[metric.Key])));
            var beside = row == rows[0] ? "– | – | – | –" : Cells(row.FromOther);
            Assert.Contains(
                $"\n| {row.Name} | {Show(row.Pairs, "#,0")} | {row.Steps} | {Cells(row.Change)} | {beside} |\n",
                Section("## The paper's parts"), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void The_room_is_that_of_its_record()
    {
        Metric[] shown = [Metric.ClapIndependent, Metric.Fidelity.ByDetector, Metric.Oer.ByDetector, Metric.Fad];
        foreach (var (clips, row) in RoomTable.Read(Path.Combine(Folder, "room.json"))!.Rows)
            Assert.Contains(
                $"| {clips} | {string.Join(" | ", shown.Select(metric => Signed(metric, row[metric].Interval)))} |",
                Section("## The room"), StringComparison.Ordinal);
    }

    [Fact]
    public void The_test_is_that_of_notebook_07()
    {
        var measured = Intervals(File.ReadAllText(Path.Combine(Repository.Root, "notebooks", "07-evaluation.ipynb")));
        var claimed = Intervals(Section("## The test"));
        Assert.True(claimed.Count >= 15, $"{claimed.Count} intervals");
        Assert.All(claimed, interval => Assert.Contains(interval, measured));
    }

    private static JsonElement Record(string stage)
    {
        using var record = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "training", $"{stage}.json")));
        return record.RootElement.Clone();
    }

    /// <summary>The row of the first table that begins with a stage's name.</summary>
    private static string Row(string stage) =>
        Page.Split('\n').First(line => line.StartsWith($"| {stage} | ", StringComparison.Ordinal));

    private static string Section(string title) =>
        Page[Page.IndexOf(title, StringComparison.Ordinal)..].Split("\n## ")[0];

    private static string Flowing(string text) => Breaks().Replace(text, " ");

    /// <summary>The words with {measure|format} replaced by the record's number; % makes a share percent.</summary>
    private static string Filled(string stage, string words)
    {
        var test = Record(stage).GetProperty("test");
        return Places().Replace(words, place =>
        {
            var value = test.GetProperty(place.Groups[1].Value).GetDouble();
            return place.Groups[2].Value switch
            {
                "%" => Show(100 * value, "0") + " %",
                "bare%" => Show(100 * value, "0"),
                var format => Show(value, format),
            };
        });
    }

    private static string Signed(Metric metric, Interval change)
    {
        var (format, (estimate, low, high)) = (metric == Metric.Fad ? "0.00" : "0.000", change);
        if (double.IsNaN(estimate)) return "–";
        var shown = Show(estimate, format);
        return $"{(shown[0] == '−' ? "" : "+")}{shown} {Between(low, high, format)}";
    }

    private static string Between(double low, double high, string format) =>
        $"[{Show(low, format)}, {Show(high, format)}]";

    // Rounded as people do, and with a true minus; a number that rounds to zero has none.
    private static string Show(double value, string format)
    {
        var digits = Math.Abs(value).ToString(format, CultureInfo.InvariantCulture);
        return value < 0 && digits.Any(c => c is >= '1' and <= '9') ? "−" + digits : digits;
    }

    private static HashSet<(double, double, double)> Intervals(string text) =>
        [.. Estimates().Matches(text.Replace('−', '-')).Select(m => (Number(m, 1), Number(m, 2), Number(m, 3)))];

    private static double Number(Match match, int group) =>
        double.Parse(match.Groups[group].ValueSpan, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\{([^|{}]+)\|([^}]+)\}")]
    private static partial Regex Places();

    [GeneratedRegex(@"([-+]?\d+(?:\.\d+)?)\s\[(-?[\d.]+), (-?[\d.]+)\]")]
    private static partial Regex Estimates();

    [GeneratedRegex(@"\n\s*")]
    private static partial Regex Breaks();
}
