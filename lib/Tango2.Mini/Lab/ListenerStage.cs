using Tango2.Files;
using Tango2.Metrics;
using Tango2.Mini.Truth;
using Tango2.Preferences;
using Tango2.Tensors;

namespace Tango2.Mini.Lab;

/// <summary>
/// What becomes of prompts in people's own words, by the detector, at the paper's guidance: prompts written by hand, without a
/// look at the sentences that captions are made of.
/// </summary>
internal static class ListenerStage
{
    private const string Name = "listeners", File = "prompts.jsonl";
    private const int Clips = 8;

    /// <summary>The stage; it trains nothing.</summary>
    public static LabStage Stage { get; } = new WorkStage(Name, "prompts in listeners' own words", _ => [], Test)
    {
        TestNeeds = [.. LabProduct.Generating, LabProduct.Weights("detector")],
    };

    private static Dictionary<string, double> Test(LabOptions options)
    {
        var prompts = ListenerPrompts.Read(Path.Combine(Repository.Root, "data", "mini", File));
        var measures = Measure(options, "base", prompts);
        foreach (var model in new[] { "aligned", "guided" }.Intersect(options.Models.Names()))
            foreach (var (name, value) in Measure(options, model, prompts)) measures[$"{name}, {model}"] = value;
        return measures;
    }

    private static Dictionary<string, double> Measure(LabOptions options, string model, IReadOnlyList<ListenerPrompt> prompts)
    {
        using var scope = NewDisposeScope();
        var pipeline = options.Models.TextToAudio(model);
        var detector = options.Models.Detector();
        ListenerPrompt[] asked = [.. prompts.SelectMany(prompt => Enumerable.Repeat(prompt, options.Scaled(Clips, 1)))];
        var sound = pipeline.Generate(
            [.. asked.Select(prompt => prompt.Text)], [.. asked.Select((_, i) => Seeds.Derive(options.Seed, Name, i))],
            pipeline.Defaults with { GuidanceScale = CandidatePlan.GuidanceScale });
        var heard = detector.Regions(sound);
        var onsets = asked.Select((prompt, i) => PromptFidelity.Onsets(prompt.Sounds, heard[i])).ToArray();
        double Share(Func<ListenerPrompt, bool> which, Func<double[], bool> right) => asked.Zip(onsets)
            .Where(clip => which(clip.First)).Select(clip => right(clip.Second) ? 1.0 : 0).DefaultIfEmpty(double.NaN).Average();
        bool AreThere(double[] of) => Array.TrueForAll(of, double.IsFinite);
        bool IsPair(ListenerPrompt prompt) => prompt is { Ordered: true, Sounds.Count: 2 };
        return new()
        {
            ["all asked sounds there (share of clips)"] = Share(_ => true, AreThere),
            ["one sound"] = Share(p => p.Sounds.Count == 1, AreThere),
            ["two sounds"] = Share(p => p.Sounds.Count == 2, AreThere),
            ["three or more"] = Share(p => p.Sounds.Count > 2, AreThere),
            ["two in sequence: in order (share of clips)"] = Share(IsPair, Fidelity.InOrder),
            ["two in sequence: in order, of those with both"] = Share(IsPair, Fidelity.InOrder) / Share(IsPair, AreThere),
        };
    }
}
