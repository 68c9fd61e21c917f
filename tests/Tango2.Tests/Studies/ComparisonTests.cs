using System.Text.Json.Nodes;
using Tango2.Metrics;
using Tango2.Mini.Truth;
using Tango2.Studies;
using Tango2.Evaluation;

namespace Tango2.Tests.Studies;

public sealed class ComparisonTests : IDisposable
{
    private static readonly Metric[] PerPrompt =
        [.. Metric.All.Concat(Metric.Truth).Where(m => m != Metric.Fad && m != Metric.Is)];

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public ComparisonTests() => Environment.SetEnvironmentVariable("TANGO2_SUMMARY", Path.Combine(_folder.FullName, "s.json"));

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TANGO2_SUMMARY", null);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void Summary_has_the_form_that_readers_of_the_file_expect()
    {
        using var scope = NewDisposeScope();
        new Comparison(Evaluation("base", 1), Evaluation("aligned", 1.5), seed: 3).Record("mini");
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "s.json")))!;
        string[] metrics = ["clap", "clapIndependent", "fad", "kl", "is", "oer", "dur", "freq", "time"];
        Assert.Equal(["scale", "seed", "prompts", "models", "delta"], root.AsObject().Select(p => p.Key));
        Assert.Equal(("mini", 3L, 24L), ((string)root["scale"]!, (long)root["seed"]!, (long)root["prompts"]!));
        Assert.Equal(["base", "aligned"], root["models"]!.AsObject().Select(p => p.Key));
        Assert.Equal(metrics, root["models"]!["base"]!.AsObject().Select(p => p.Key));
        Assert.Equal(metrics, root["delta"]!.AsObject().Select(p => p.Key));
        Assert.Equal(0.5, (double)root["delta"]!["clap"]!["mean"]!, 6);
        Assert.Equal(2, root["delta"]!["fad"]!["ci95"]!.AsArray().Count);
    }

    [Fact]
    public void Verdict_knows_which_way_each_metric_is_better()
    {
        using var scope = NewDisposeScope();
        var comparison = new Comparison(Evaluation("base", 1), Evaluation("aligned", 1.5), seed: 3);
        Assert.Equal("better", comparison.Verdict(Metric.Clap));
        Assert.Equal("worse", comparison.Verdict(Metric.Oer));
        Assert.Equal("worse", comparison.Verdict(Metric.Dur.ByDetector));
        var same = new Comparison(Evaluation("base", 1), Evaluation("aligned", 1), seed: 3);
        Assert.Equal("–", same.Verdict(Metric.Clap));
        Assert.Equal("–", same.Verdict(Metric.Fad));
    }

    [Fact]
    public void A_metric_that_no_prompt_counts_for_is_NaN_and_null_in_the_summary()
    {
        using var scope = NewDisposeScope();
        var (before, after) = (WithoutOrder(Evaluation("base", 1)), WithoutOrder(Evaluation("aligned", 1)));
        var comparison = new Comparison(before, after, seed: 3);
        Assert.True(double.IsNaN(comparison.Changes[Metric.Oer].Interval.Estimate));
        comparison.Record("mini");
        var root = JsonNode.Parse(File.ReadAllText(Path.Combine(_folder.FullName, "s.json")))!;
        Assert.True(root["models"]!["base"]!.AsObject().ContainsKey("oer"));
        Assert.Null(root["models"]!["base"]!["oer"]);
        Assert.Null(root["delta"]!["oer"]!["mean"]);
    }

    [Fact]
    public void Paper_table_gives_its_numbers_and_names_what_it_lacks()
    {
        Assert.Equal(0.57, Paper.Value(Paper.Aligned, "CLAP"));
        Assert.Equal(3.535, Paper.Value(Paper.Base, "DUR"));
        Assert.Null(Paper.Value("without Strategy 1", "OER"));
        Assert.Contains("no row 'Tango 9'", Assert.Throws<InvalidDataException>(
            () => Paper.Value("Tango 9", "CLAP")).Message, StringComparison.Ordinal);
        Assert.Contains("no column 'X'", Assert.Throws<InvalidDataException>(
            () => Paper.Value(Paper.Base, "X")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Kept_clips_come_back_for_the_same_prompts_guidance_and_weights_only()
    {
        using var scope = NewDisposeScope();
        var weights = Path.Combine(_folder.FullName, "unet-base.safetensors");
        File.WriteAllText(weights, "one");
        var clips = new EvaluationClips(_folder.FullName, new MiniModels(_folder.FullName).DigestOf, MiniScale.Generation);
        var set = EvaluationSet.Test(1, 4);
        Assert.Null(clips.Read("base", set));
        clips.Write("base", arange(12, dtype: float32).reshape(4, 3), set);
        Assert.Equal([0f, 1, 2, 3, 4, 5], clips.Read("base", EvaluationSet.Test(1, 2))!.data<float>().ToArray());
        Assert.Null(clips.Read("base", EvaluationSet.Test(1, 5)));
        Assert.Null(clips.Read("base", EvaluationSet.Test(2, 2)));
        Assert.Null(clips.Read("base", set, new() { GuidanceScale = 3 })); // trial 6: other guidance, other clips
        clips.Write("base", zeros(4, 3), set, new() { GuidanceScale = 3 });
        Assert.Null(clips.Read("base", set));
        Assert.NotNull(clips.Read("base", set, new() { GuidanceScale = 3, BatchSize = 4 }));
        File.WriteAllText(weights, "two");
        Assert.Null(clips.Read("base", set));
    }

    private static EvaluationResult WithoutOrder(EvaluationResult of) => Altered(
        of, new Dictionary<Metric, Score>(of.Scores) { [Metric.Oer] = Score.Mean([]) }, of.Features);

    private static EvaluationResult Altered(
        EvaluationResult of, IReadOnlyDictionary<Metric, Score> scores, TaggerFeatures features) =>
        new(of.Model, scores, features, of.Waveforms);

    // Every metric of every prompt is the level, a little spread.
    private static EvaluationResult Evaluation(string model, double level)
    {
        using var generator = new Generator(2);
        var real = randn([24, 3], generator: generator);
        var score = Score.Mean([.. Enumerable.Range(0, 24).Select(i => level + (0.01 * (i % 3)))]);
        TaggerFeatures features = new(real + level, real * level, real);
        return new(model, PerPrompt.ToDictionary(m => m, _ => score), features, zeros(24, 10));
    }

    // trial 14
    [Fact]
    public void Columns_have_the_models_names()
    {
        using var scope = NewDisposeScope();
        var comparison = new Comparison(Evaluation("mine", 1), Evaluation("w = 3", 1.5), seed: 3);
        var table = comparison.Table("t", Metric.All, Evaluation("real", 2)).ToString();
        Assert.StartsWith("metric\tmine\tw = 3\tchange, 95 % interval\tverdict\treal\n", table, StringComparison.Ordinal);
        Assert.Contains("\tmine, ours\tw = 3, ours\t", comparison.BesidePaper().ToString(), StringComparison.Ordinal);
        Assert.Contains("improvement over mine [%]", comparison.Bars("b", Metric.All).ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Models_on_other_prompts_are_not_compared()
    {
        using var scope = NewDisposeScope();
        var (before, after) = (Evaluation("base", 1), Evaluation("aligned", 1.5));
        Named("'aligned' lacks it", Altered(after, after.Scores.Where(s => s.Key != Metric.Kl).ToDictionary(), after.Features));
        Named("oer counts 24 of 'base' and 0 of 'aligned'", WithoutOrder(after));
        var features = after.Features;
        Named("after.Embeddings must be [B, D], but is [23, 3]", Altered(after, after.Scores, features with { Embeddings = features.Embeddings[..23] }));
        Named("the real clips of 'base' are not those of 'aligned'",
            Altered(after, after.Scores, features with { Real = features.Real.flip(0) }));

        void Named(string part, EvaluationResult other) => Assert.Contains(part, Assert.Throws<ArgumentException>(
            () => new Comparison(before, other, seed: 3)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clips_are_kept_only_with_a_prompt_each()
    {
        using var scope = NewDisposeScope();
        var clips = new EvaluationClips(_folder.FullName, new MiniModels(_folder.FullName).DigestOf, MiniScale.Generation);
        Assert.Contains("Each of 4 prompts needs a clip, but there are 3", Assert.Throws<ArgumentException>(
            () => clips.Write("base", zeros(3, 5), EvaluationSet.Test(1, 4))).Message, StringComparison.Ordinal);
        Tango2.Checkpoints.SafeTensors.Write(clips.PathOf("base"), [new("waveforms", zeros(4, 5))]);
        Assert.Null(clips.Read("base", EvaluationSet.Test(1, 4)));
    }
}
