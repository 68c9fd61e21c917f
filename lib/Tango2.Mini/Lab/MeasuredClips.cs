using System.Security.Cryptography;
using System.Text.Json;
using Tango2.Evaluation;
using Tango2.Mini.Truth;
using Tango2.Pipelines;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>
/// A model's clips of some prompts, measured part by part into the work folder. A part's name is a digest of all that it depends on, so
/// whatever lies there belongs to whoever asks for it.
/// </summary>
/// <param name="Set">The prompts.</param>
/// <param name="Model">"base", "aligned" or another.</param>
/// <param name="Generation">Sampler, steps and guidance.</param>
internal sealed record MeasuredClips(EvaluationSet Set, string Model, GenerationOptions Generation)
{
    private const int Part = 128, Version = 1; // another version where the world sounds otherwise, or a metric's code is another
    private const string Folder = "measured";

    /// <summary>The metrics that studies of samplers, guidance and room keep.</summary>
    public static IReadOnlyList<Metric> Metrics { get; } =
        [Metric.Clap, Metric.ClapIndependent, Metric.Fad, Metric.Oer.ByDetector, Metric.Fidelity.ByDetector];

    private int Parts => (Set.Clips.Count + Part - 1) / Part;

    /// <summary>A model's clips of some prompts as the mini scale makes them, but for the guidance scale.</summary>
    public static MeasuredClips At(double scale, EvaluationSet set, string model) =>
        new(set, model, MiniScale.Generation with { GuidanceScale = scale });

    /// <summary>Makes and measures what is not there yet, model by model; the progress counts calls of the network.</summary>
    public static IEnumerable<Progress> Measure(LabOptions options, IReadOnlyList<MeasuredClips> all)
    {
        var models = options.ModelsOnDevice;
        var evaluator = models.Evaluator();
        var (done, calls) = (0, all.Sum(clips => clips.Parts * clips.Generation.Steps));
        foreach (var model in all.GroupBy(clips => clips.Model))
        {
            var tango = models.TextToAudio(model.Key);
            foreach (var clips in model)
            {
                foreach (var (part, path) in clips.Paths(options))
                {
                    if (!File.Exists(path))
                    {
                        using var scope = NewDisposeScope();
                        EvaluationFile.Write(path, evaluator.Run(clips.Model, tango, part, clips.Generation));
                    }
                    yield return new(done += clips.Generation.Steps, calls);
                }
            }
        }
    }

    /// <summary>What was measured.</summary>
    public EvaluationResult Read(LabOptions options) => EvaluationFile.Read([.. Paths(options).Select(part => part.Path)]);

    /// <summary>What others make of the same prompts, as a point of a curve; of several trainings their mean.</summary>
    /// <param name="options">The run.</param>
    /// <param name="metrics">Those that the point keeps.</param>
    /// <param name="after">The others, at one guidance scale.</param>
    public GuidancePoint To(LabOptions options, IReadOnlyList<Metric> metrics, params IReadOnlyList<MeasuredClips> after)
    {
        using var scope = NewDisposeScope();
        var changes = Evaluator.Compare([Read(options)], [.. after.Select(clips => clips.Read(options))], options.Seed);
        return GuidancePoint.Of(Generation.GuidanceScale, after[0].Generation.GuidanceScale, changes, metrics);
    }

    /// <summary>A file for what a network made on these prompts that was trained from this model.</summary>
    /// <param name="options">The run.</param>
    /// <param name="training">All that the training depends on beside the model.</param>
    public string PathOf(LabOptions options, object training) => PathOf(options, Networks(options), Set, training);

    private IEnumerable<(EvaluationSet Part, string Path)> Paths(LabOptions options)
    {
        var networks = Networks(options);
        for (var first = 0; first < Set.Clips.Count; first += Part)
        {
            var part = Set.Part(first, Part);
            yield return (part, PathOf(options, networks, part, null));
        }
    }

    // Who makes the clips, and who listens; reading all weights takes its time.
    private string Networks(LabOptions options) => options.Models.DigestOf(Model) + options.Models.DigestOfListeners();

    private string PathOf(LabOptions options, string networks, EvaluationSet set, object? training)
    {
        var digest = SHA256.HashData(JsonSerializer.SerializeToUtf8Bytes(new
        {
            Version,
            networks,
            set.Prompts,
            set.Seeds,
            set.Wanted,
            Generation = Generation with { BatchSize = 1 },
            training,
        }));
        return StageFolder.PathOf(options, Folder, $"{Convert.ToHexStringLower(digest)[..32]}.safetensors");
    }
}
