using Tango2.Files;

namespace Tango2.Mini.Lab;

/// <summary>Something that one stage makes and others need.</summary>
/// <param name="Name">How messages call it.</param>
/// <param name="Stage">The stage that makes it.</param>
/// <param name="Paths">Its files.</param>
internal sealed record LabProduct(string Name, string Stage, Func<LabOptions, IEnumerable<string>> Paths)
{
    /// <summary>The vocabulary of Tango's text encoder.</summary>
    public static LabProduct Tokenizer { get; } = Of("tokenizers", "tokenizer.model");

    /// <summary>Vocabulary and merges of the CLAP models.</summary>
    public static LabProduct ClapTokenizer { get; } = Of("tokenizers", "clap-vocab.json", "clap-merges.txt");

    /// <summary>The words that the grounding model knows.</summary>
    public static LabProduct Words { get; } = Of("tokenizers", "grounding-words.json");

    /// <summary>What the candidates are made by.</summary>
    public static LabProduct Plan { get; } = Of("candidates", "plan.jsonl");

    /// <summary>The candidates' scores.</summary>
    public static LabProduct Scores { get; } = Of("ranking", "candidates.jsonl");

    /// <summary>The candidates' latents, which lie in the work folder and are not shipped.</summary>
    public static LabProduct Candidates { get; } = new("the candidates' latents", "candidates", CandidateStage.Paths);

    /// <summary>What the text encoder was trained with, which lies in the work folder and is not shipped.</summary>
    public static LabProduct Probe { get; } =
        new("the text encoder's probe", "text-encoder", options => [TextEncoderStage.ProbePath(options)]);

    /// <summary>Autoencoder and vocoder: what sends clips through both needs.</summary>
    public static IReadOnlyList<LabProduct> Revoicing { get; } = [Weights("vae"), Weights("vocoder")];

    /// <summary>What generating clips with the base model needs.</summary>
    public static IReadOnlyList<LabProduct> Generating { get; } =
        [Tokenizer, Weights("text-encoder"), .. Revoicing, Weights("unet-base")];

    /// <summary>What scoring clips with the filter's CLAP models needs.</summary>
    public static IReadOnlyList<LabProduct> Filtering { get; } = [ClapTokenizer, Weights("clap-a"), Weights("clap-b")];

    /// <summary>What <see cref="Evaluation.Evaluator"/> needs.</summary>
    public static IReadOnlyList<LabProduct> Evaluating { get; } =
    [
        ClapTokenizer, Weights("clap-a"), Weights("clap-judge"), Weights("tagger"), Words, Weights("grounding"),
        Weights("detector"),
    ];

    /// <summary>The weights of the network that a stage trains.</summary>
    public static LabProduct Weights(string stage) => Of(stage, $"{stage}.safetensors");

    /// <summary>The first of its files that is not there; null if all are.</summary>
    public string? Missing(LabOptions options) => Paths(options).FirstOrDefault(path => !File.Exists(path));

    /// <summary>Files in the models' folder.</summary>
    public static LabProduct Of(string stage, params string[] files) =>
        new(files[0], stage, options => files.Select(options.Models.PathOf));
}

/// <summary>Whether stages can be trained or measured, checked before any work.</summary>
internal static class Requirements
{
    /// <summary>
    /// Checks stages that are to be trained one after another. A stage whose training has all it needs, but whose test has not,
    /// is warned of: it is trained and can be measured later.
    /// </summary>
    /// <param name="options">The run.</param>
    /// <param name="stages">In this order; what one makes is there for those after it.</param>
    /// <param name="again">Whether what unfinished stages have left will be forgotten.</param>
    /// <exception cref="FileNotFoundException">A file will be missing; the message tells which stage makes it.</exception>
    /// <exception cref="InvalidDataException">What an unfinished stage has left belongs to another run.</exception>
    public static void Check(LabOptions options, IReadOnlyList<LabStage> stages, bool again)
    {
        HashSet<string> coming = [.. stages.Select(s => s.Name)], made = [];
        foreach (var stage in stages)
        {
            foreach (var need in stage.Makes.Count > 0 ? stage.Needs : stage.Needs.Concat(stage.TestNeeds))
                if (!made.Contains(need.Stage) && need.Missing(options) is { } path)
                    throw new FileNotFoundException(Message(options, stage, need, path), path);
            made.Add(stage.Name);
            if (Unmeasurable(options, stage, made) is { } why) Warnings.Give(why);
        }
        foreach (var stage in again ? [] : stages) StageFolder.Check(options, stage, coming);
    }

    /// <summary>Checks a stage that is to be measured.</summary>
    /// <exception cref="ArgumentException">It measures only as it trains, or has finished with other options.</exception>
    /// <exception cref="FileNotFoundException">A file is missing; the message tells which stage makes it.</exception>
    public static void CheckMeasure(LabOptions options, LabStage stage)
    {
        if (!stage.TestMeasures)
            throw new ArgumentException(
                $"{stage.Name} measures only as it runs, and its record is the result: " +
                $"`tango2 train mini {stage.Name} --again` makes it anew.");
        StageRecord.IsThere(options, stage);
        foreach (var need in stage.TestNeeds.Concat(stage.Makes))
            if (need.Missing(options) is { } path) throw new FileNotFoundException(Message(options, stage, need, path), path);
        if (stage.Makes.Any(made => made == LabProduct.Candidates || made == LabProduct.Probe || made == OneNoiseStage.Product))
            StageFolder.Check(options, stage);
    }

    /// <summary>Why a stage's test cannot run, and what to do; null where it can.</summary>
    /// <param name="options">The run.</param>
    /// <param name="stage">The stage.</param>
    /// <param name="made">The stages whose products will be there by then.</param>
    public static string? Unmeasurable(LabOptions options, LabStage stage, IReadOnlySet<string> made) => stage.TestNeeds
        .Where(need => !made.Contains(need.Stage) && need.Missing(options) is not null)
        .Select(need => Message(options, stage, need, need.Missing(options)!, "to be measured ") +
            $" It is trained without; then `tango2 train mini {stage.Name} --measure` measures it.")
        .FirstOrDefault();

    private static string Message(LabOptions options, LabStage stage, LabProduct need, string path, string purpose = "")
    {
        var again = File.Exists(MiniLab.RecordPath(options, need.Stage)) ? " --again" : "";
        var what = path.EndsWith(need.Name, StringComparison.Ordinal) ? path : $"{need.Name}, {path},";
        return $"{stage.Name} needs {purpose}{what} which is not there: `tango2 train mini {need.Stage}{again}` makes it, with " +
            $"--out {options.Models.Folder}.";
    }
}
