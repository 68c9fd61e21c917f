// Files of LAION-AI/CLAP (laion_clap at 1fd4c37): what a checkpoint's tensors, its model configuration and roberta-base's
// files say of the sizes. The tokenizer of its hook reads 77 tokens whatever the configuration says.
using Tango2.Files;
using Tango2.Hub;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Text;

namespace Tango2.Published;

/// <summary>LAION's CLAP from its published files: 630k-audioset-best.pt, 630k-best.pt, and those with fusion.</summary>
/// <remarks>
/// Clips are heard as laion_clap hears files: by resampy to 48 kHz, in 16 bits, short ones repeated. Of long ones, of which
/// it draws one part at random, <see cref="LongClips"/> are heard.
/// </remarks>
public static class PublishedClap
{
    /// <summary>The repository with the weights, and that of the tokenizer's files and the text branch's heads.</summary>
    public const string Repository = "lukewys/laion_clap", TextRepository = "roberta-base";

    private const string MovedTextRepository = "FacebookAI/roberta-base";
    private const int Tokens = 77, SpecSize = 256;

    private const string Best = "-best", Prefix = "clap-";

    private static readonly Dictionary<string, string> Checkpoints = new(StringComparer.Ordinal)
    {
        ["clap-630k-audioset"] = "630k-audioset-best.pt",
        ["clap-630k"] = "630k-best.pt",
        ["clap-630k-audioset-fusion"] = "630k-audioset-fusion-best.pt",
        ["clap-630k-fusion"] = "630k-fusion-best.pt",
    };

    // What brings the file and RoBERTa's: the catalogue's name where it has one.
    private static string Fetch(string name) => Catalogue.Find(name + Best) is { } entry ? $"`tango2 fetch {entry.Name}`"
        : Checkpoints.TryGetValue(name, out var file) ? $"`tango2 fetch {Repository} {TextRepository}` ({file})" : $"`tango2 fetch {TextRepository}`";

    /// <summary>The names that <see cref="Find"/> knows.</summary>
    public static IReadOnlyCollection<string> Names => Checkpoints.Keys;

    /// <summary>How a clip of more than ten seconds is heard unless something else is asked for: five evenly spaced parts.</summary>
    public static ClapCrops LongClips { get; } = ClapCrops.Even(5);

    /// <summary>Builds a model by its name from the hub's cache, or from a file.</summary>
    /// <param name="name">One of <see cref="Names"/>, with or without "-best", or the path of a checkpoint.</param>
    /// <param name="roberta">A folder with roberta-base's files; null looks in the hub's cache.</param>
    /// <param name="modelConfig">A model configuration of laion_clap; null takes the published one.</param>
    /// <param name="device">Where it listens; null for the CPU.</param>
    /// <exception cref="FileNotFoundException">It is not on this disk; the message tells what to do.</exception>
    /// <exception cref="InvalidDataException">A file is another one, incomplete or damaged.</exception>
    public static ClapScorer Find(string name, string? roberta = null, string? modelConfig = null, Device? device = null)
    {
        var (weights, text) = Files(name, roberta);
        return Load(weights.Snapshot.PathOf(weights.File), text, modelConfig, Checkpoints.ContainsKey(Short(name)) ? Short(name) : null, device);
    }

    /// <summary>The checkpoint of a name or path, and roberta-base's files.</summary>
    /// <inheritdoc cref="Find"/>
    internal static ((Snapshot Snapshot, string File) Weights, Snapshot Text) Files(string name, string? roberta = null)
    {
        var cache = HubCache.FromEnvironment();
        name = Short(name);
        var text = roberta is not null ? new(roberta) : cache.Find(TextRepository) ?? cache.Find(MovedTextRepository)
            ?? throw new FileNotFoundException($"CLAP needs the files of {TextRepository}, which are not in {cache.Folder}: " +
                $"fetch them with {Fetch(name)}, or name a folder with config.json, vocab.json and merges.txt.");
        if (!Checkpoints.TryGetValue(name, out var file))
            return File.Exists(name) ? ((new(Path.GetDirectoryName(Path.GetFullPath(name))!), Path.GetFileName(name)), text)
                : throw new FileNotFoundException($"There is no CLAP {name}: name a file, or one of {string.Join(", ", Names)}.", name);
        return cache.Find(Repository) is { } found && found.Has(file) ? ((found, file), text) : throw new FileNotFoundException(
            $"{name} is not on this disk: {file} of {Repository} is not in {cache.Folder}. Fetch it with {Fetch(name)}, or name the file itself.", file);
    }

    /// <summary>A name without the end that the catalogue gives it.</summary>
    private static string Short(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Best, StringComparison.Ordinal)
        && Checkpoints.ContainsKey(name[..^Best.Length]) ? name[..^Best.Length] : name;

    /// <summary>Builds a model from its files. Its sizes follow from the tensors, with or without fusion.</summary>
    /// <param name="checkpoint">The .pt file.</param>
    /// <param name="roberta">config.json, vocab.json and merges.txt of roberta-base.</param>
    /// <param name="modelConfig">A model configuration of laion_clap; null takes the published one.</param>
    /// <param name="name">What tables and messages call it; null takes the file's name.</param>
    /// <param name="device">Where it listens; null for the CPU.</param>
    /// <exception cref="FileNotFoundException">A file is not there.</exception>
    /// <exception cref="InvalidDataException">A file is another one, incomplete or damaged, or they do not fit together.</exception>
    public static ClapScorer Load(
        string checkpoint, Snapshot roberta, string? modelConfig = null, string? name = null, Device? device = null)
    {
        var configPath = roberta.PathOf("config.json");
        var text = Named(configPath, () => ConfigJson.Read<RobertaConfig>(Utf8File.Text(configPath), "RoBERTa"));
        var said = modelConfig is null ? new() : Named(modelConfig, () => LaionConfig.Read(modelConfig));
        using var scope = NewDisposeScope();
        ClapConfig config;
        using (var shapes = new PublishedShapes(checkpoint, nameof(ClapModel), "LAION CLAP"))
        {
            config = Sizes(shapes, said, text, checkpoint, configPath);
            FilterCheck.Same(
                shapes.Computed("logmel_extractor.melW"), ClapScorer.MelOf(config.AudioCfg).Config, checkpoint,
                "Name its model configuration, one of laion_clap's model_configs");
        }
        var tokenizer = ByteLevelBpeTokenizer.Load(roberta.PathOf("vocab.json"), roberta.PathOf("merges.txt"));
        if (tokenizer.VocabularySize != config.Roberta.VocabSize)
            throw new InvalidDataException($"{roberta.PathOf("vocab.json")}: expected the {config.Roberta.VocabSize} pieces that {checkpoint} " +
                $"has embeddings of, found {tokenizer.VocabularySize}: it is another model's.");
        var network = Named(checkpoint, () => PublishedModule.Load(new ClapModel(config), checkpoint, device));
        return new(network, new(tokenizer, Tokens, padded: true), name ?? Path.GetFileName(checkpoint))
        {
            Crops = LongClips,
            ByKaiser = true,
        };
    }

    private static ClapConfig Sizes(PublishedShapes shapes, LaionConfig said, RobertaConfig text, string checkpoint, string configPath)
    {
        const string Audio = "audio_branch.", Words = "text_branch.embeddings.word_embeddings.weight";
        int Size(string key, int dimension = 0) => shapes.Size(Audio + key, dimension);
        string Block(int layer, int block) => $"layers.{layer}.blocks.{block}.";
        var depths = Enumerable.Range(0, shapes.Count(Audio + "layers.{0}.blocks.0.norm1.weight"))
            .Select(layer => shapes.Count($"{Audio}layers.{layer}.blocks.{{0}}.norm1.weight")).ToArray();
        var (embed, patch) = (Size("patch_embed.proj.weight"), Size("patch_embed.proj.weight", 2));
        var window = ((int)Math.Round(Math.Sqrt(Size(Block(0, 0) + "attn.relative_position_bias_table"))) + 1) / 2;
        var fusion = shapes.Has(Audio + "patch_embed.mel_conv2d.weight");
        if ((shapes.Size(Words), shapes.Size(Words, 1)) != (text.VocabSize, text.HiddenSize))
            throw new InvalidDataException($"{configPath}: expected vocab_size {shapes.Size(Words)} and hidden_size {shapes.Size(Words, 1)}, as " +
                $"{checkpoint} has, found {text.VocabSize} and {text.HiddenSize}: it is another model's.");
        return new()
        {
            Htsat = new()
            {
                SpecSize = SideOf(shapes, window) * patch ?? SpecSize,
                PatchSize = patch,
                PatchStride = patch,
                EmbedDim = embed,
                Depths = depths,
                NumHeads = [.. depths.Select((_, layer) => Size(Block(layer, 0) + "attn.relative_position_bias_table", 1))],
                WindowSize = window,
                MlpRatio = (double)Size(Block(0, 0) + "mlp.fc1.weight") / embed,
                NumClasses = Size("tscam_conv.weight"),
                Ape = shapes.Has(Audio + "absolute_pos_embed"),
            },
            AudioCfg = (said.AudioCfg ?? ClapConfig.Laion630k.AudioCfg) with
            {
                MelBins = Size("bn0.weight"),
                WindowSize = (int?)shapes.ComputedShape("spectrogram_extractor.stft.conv_real.weight")?[^1]
                    ?? (said.AudioCfg ?? ClapConfig.Laion630k.AudioCfg).WindowSize,
            },
            Roberta = text,
            MlpAct = said.MlpAct,
            JointEmbedShape = shapes.Size("audio_projection.0.weight"),
            EnableFusion = fusion,
            FusionType = fusion ? "aff_2d" : "None",
        };
    }

    /// <summary>Patches on a side of the first stage's image, of which a stage's mask has one row for each window; null where no stage has one.</summary>
    private static int? SideOf(PublishedShapes shapes, int window)
    {
        for (var layer = 0; shapes.Has($"audio_branch.layers.{layer}.blocks.0.norm1.weight"); layer++)
        {
            if (shapes.ComputedShape($"audio_branch.layers.{layer}.blocks.1.attn_mask") is { } mask)
                return (int)Math.Round(Math.Sqrt(mask[0])) * window << layer;
        }
        return null;
    }

    private static T Named<T>(string path, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception error) when (error is ArgumentException || (error is InvalidDataException && !error.Message.Contains(path, StringComparison.Ordinal)))
        {
            throw new InvalidDataException($"{path}: {error.Message}", error);
        }
    }
}

/// <summary>A model configuration of laion_clap, such as HTSAT-tiny.json; sizes that follow from the tensors are not read.</summary>
[Unread("embed_dim", "joint_embed_shape")]
internal sealed record LaionConfig
{
    public ClapAudioConfig? AudioCfg { get; init; }

    public ClapTextConfig? TextCfg { get; init; }

    public string MlpAct { get; init; } = "relu";

    public static LaionConfig Read(string path) => ConfigJson.Read<LaionConfig>(
        Utf8File.Text(path), "CLAP (audio_cfg and text_cfg of laion_clap's model_configs)");
}
