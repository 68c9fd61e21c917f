using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Tango2.Audio;
using Tango2.Evaluation;
using Tango2.Published;
using Tango2.Tests.Parity;

namespace Tango2.Tests.Snapshots;

/// <summary>Folders of clips as audioldm_eval measures them, with PANNs and VGGish in the published layout.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed partial class EvaluationSnapshotTests
{
    // The reference's names of its numbers, and those of its own file, which are ours.
    private static readonly Dictionary<string, string> Keys = new()
    {
        ["frechet_audio_distance"] = "frechet_audio_distance",
        ["frechet_distance"] = "frechet_distance",
        ["kullback_leibler_divergence_softmax"] = "kl_softmax",
        ["kullback_leibler_divergence_sigmoid"] = "kl_sigmoid",
        ["inception_score_mean"] = "is_mean",
        ["inception_score_std"] = "is_std",
        ["kernel_inception_distance_mean"] = "kid_mean",
        ["kernel_inception_distance_std"] = "kid_std",
    };

    public static IEnumerable<TheoryDataRow<string>> Entries => SnapshotSet.Names("evaluation");

    [Theory, MemberData(nameof(Entries))]
    public void The_evaluation_agrees_with_the_reference(string name)
    {
        var entry = SnapshotSet.Entry(name);
        using var scope = NewDisposeScope();
        var evaluation = new FolderEvaluation
        {
            Tagger = PublishedTagger.Load(At(entry, "cnn14"), Where.Device),
            Vggish = PublishedVggish.Load(At(entry, "vggish"), At(entry, "pca"), Where.Device),
        };
        var comparison = new Comparison(entry);
        foreach (var (title, description) in entry.Config["cases"]!.AsObject())
        {
            using var folder = new ScratchFolder();
            var (made, real) = Folders(folder, (string)description!);
            using var report = evaluation.Run(made, real, cancellation: TestContext.Current.CancellationToken);
            var expected = entry.Entry["values"]![title]!;
            foreach (var (key, own) in Keys) Close(comparison, entry, title, key, (JsonNode)expected[key]!, report[own]);
            foreach (var (side, features) in new[] { ("generated", report.GeneratedFeatures), ("reference", report.ReferenceFeatures!) })
            {
                comparison.Maybe($"{title}.{side}.logits", () => features.Logits!);
                comparison.Maybe($"{title}.{side}.2048", () => features.Embeddings!);
                foreach (var output in entry.Outputs.Where(o => o.StartsWith($"{title}.{side}.vggish", StringComparison.Ordinal)))
                    comparison.Sampled(output, features.Vggish!);
                if (expected[$"{side}_files"] is JsonArray files)
                    comparison.That(features.Files.SequenceEqual(files.Select(f => (string)f!)), $"{title}: the files of {side} stand in another order");
                if (expected[$"{side}_vggish_patches"] is JsonObject patches)
                    foreach (var (file, count) in features.Files.Zip(features.Patches))
                    {
                        var wanted = patches[file]!.GetValueKind() == System.Text.Json.JsonValueKind.String ? 0 : (int)patches[file]!;
                        comparison.That(count == wanted, $"{title}: {file} of {side} has {count} patches, not {wanted}");
                    }
            }
        }
        foreach (var output in entry.Outputs.Where(o => o.StartsWith("vggish_postprocessed.", StringComparison.Ordinal)))
        {
            var (side, file) = output["vggish_postprocessed.".Length..].Split('_', 2) is [var s, var f] ? (s, f) : ("", "");
            comparison.Close(output, evaluation.Vggish.Quantised(Sound.Read(SnapshotSet.At($"wavs/eval/{side}/{file}.wav"))));
        }
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.Finish());
    }

    [Theory, MemberData(nameof(Entries))]
    public async Task The_verb_agrees_with_the_reference(string name)
    {
        var entry = SnapshotSet.Entry(name);
        using var scope = NewDisposeScope();
        var (title, description) = entry.Config["cases"]!.AsObject().First();
        using var folder = new ScratchFolder();
        var (made, real) = Folders(folder, (string)description!);
        var (code, errors) = await Verb.Run(
            "evaluate", made, real, "--cnn14", At(entry, "cnn14"), "--vggish", At(entry, "vggish"), "--out", folder.At("out.json"));
        Assert.True(code == 0, errors);
        var written = JsonNode.Parse(File.ReadAllText(folder.At("out.json")))!;
        Assert.Equal(At(entry, "cnn14"), (string?)written["networks"]!["cnn14"]);
        var values = written["values"]!.AsArray().ToDictionary(value => (string)value!["key"]!, value => value!);
        var comparison = new Comparison(entry);
        foreach (var (key, own) in Keys)
            Close(comparison, entry, title, key, entry.Entry["values"]![title]![key]!, new(own, "", (double?)values[own]["value"], (int)values[own]["n"]!));
        foreach (var output in entry.Outputs) comparison.NotComparable(output, "the verb writes numbers only");
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.Finish());
    }

    private static string At(ParityFixture entry, string key) => SnapshotSet.At((string)entry.Config[key]!);

    private static void Close(Comparison comparison, ParityFixture entry, string title, string key, JsonNode expected, FolderValue value)
    {
        var name = $"{title}: {key} of {value.N}";
        var known = expected.GetValueKind() == System.Text.Json.JsonValueKind.String ? double.NaN : (double)expected;
        // Where the reference writes NaN or the number -1, there is no value here.
        if (double.IsNaN(known) || (known == -1 && key.StartsWith("kullback", StringComparison.Ordinal)))
        {
            comparison.That(value.Value is null, $"{name}: expected no value, found {value.Value}");
            return;
        }
        comparison.Beside(name, known, value.Value ?? double.NaN, key.StartsWith("kernel", StringComparison.Ordinal)
            ? new(2 * (double?)entry.Entry["measured_noise"]?[title]?[key]?["float32_vs_float64"] ?? 1e-2, 1e-5)
            : entry.Tolerances.For(key.StartsWith("frechet", StringComparison.Ordinal) ? "values.frechet_distance" : "values.inception_score_mean"));
    }

    // Such as "wavs/eval, output_0 .. output_19 of both folders" or "output_0..11 of generated against output_8..19 of reference".
    private static (string Made, string Real) Folders(ScratchFolder folder, string description)
    {
        var root = SnapshotSet.At(Root().Match(description) is { Success: true } match ? match.Value : "wavs/eval");
        var ranges = Range().Matches(description).Select(r => (From: int.Parse(r.Groups[1].Value), To: int.Parse(r.Groups[2].Value))).ToArray();
        if (ranges.Length == 0) return (Path.Combine(root, "generated"), Path.Combine(root, "reference"));
        string Linked(string side, (int From, int To) range) => folder.Linked(
            side, Path.Combine(root, side), Enumerable.Range(range.From, range.To - range.From + 1).Select(i => $"output_{i}.wav"));
        return (Linked("generated", ranges[0]), Linked("reference", ranges[^1]));
    }

    [GeneratedRegex(@"wavs/\w+")]
    private static partial Regex Root();

    [GeneratedRegex(@"output_(\d+) ?\.\. ?(?:output_)?(\d+)")]
    private static partial Regex Range();
}
