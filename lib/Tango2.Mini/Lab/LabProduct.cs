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
