using System.Text.Json.Nodes;
using Tango2.Files;
using Tango2.Hub;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Text;

namespace Tango2.Published;

/// <summary>A T5 repository, such as google/flan-t5-large: tokenizer, configuration and weights in any of their forms.</summary>
public static class PublishedT5
{
    private const string Config = "config.json", Pieces = "spiece.model", Settings = "tokenizer_config.json", Fast = "tokenizer.json";
    private const int Length = 512, Padding = 128; // T5's own; its vocabulary is filled up to a multiple of the latter

    // In the order in which they are looked for.
    private static readonly string[] Weights =
    [
        "model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json",
    ];

    /// <summary>Prompts to states, by the repository's own weights; of the decoder nothing is read.</summary>
    /// <param name="snapshot">The repository's files.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or does not fit the others; the message names it.</exception>
    public static PromptEncoder Load(Snapshot snapshot)
    {
        var weights = Weights.FirstOrDefault(snapshot.Has) ?? throw new FileNotFoundException(
            $"{snapshot.Folder} has none of {string.Join(", ", Weights)}: {snapshot.Name} lacks its weights. " + (snapshot.Repository is null
                ? "Copy the whole repository into the folder." : $"Fetch it with `tango2 fetch {snapshot.Repository}`."));
        return Load(snapshot, snapshot.PathOf(weights));
    }

    /// <summary>The same, by weights that another file holds too.</summary>
    /// <param name="snapshot">Where the configuration and the tokenizer are.</param>
    /// <param name="weights">The file with the encoder's weights, of any known layout.</param>
    /// <param name="type">The type of the encoder's weights.</param>
    internal static PromptEncoder Load(Snapshot snapshot, string weights, ScalarType type = ScalarType.Float32)
    {
        var path = snapshot.PathOf(Config);
        var config = PublishedFiles.Read(path, T5Config.FromJson);
        var tokenizer = Tokenizer(snapshot, config, path);
        var encoder = Networks.Built(type, () => new T5EncoderModel(config));
        return new(tokenizer, PublishedFiles.Filled(encoder, weights, path).Frozen());
    }

    /// <summary>The tokenizer as the encoder is fed by it.</summary>
    /// <param name="snapshot">Where the tokenizer's files are.</param>
    /// <param name="config">The encoder's sizes.</param>
    /// <param name="sizes">The file that they are from, for messages.</param>
    internal static PromptTokenizer Tokenizer(Snapshot snapshot, T5Config config, string sizes)
    {
        var path = snapshot.PathOf(Pieces);
        var pieces = UnigramTokenizer.Load(path);
        var (length, extra) = snapshot.Has(Settings)
            ? PublishedFiles.Read(snapshot.PathOf(Settings), SettingsOf) : (Length, 100);
        var all = (long)pieces.VocabularySize + extra;
        if (all > config.VocabSize)
            throw new InvalidDataException(
                $"{path}: its {pieces.VocabularySize} pieces and {extra} further ones must fit into vocab_size, {config.VocabSize} in " +
                $"{sizes}, but are {all}: take the files of one model.");
        if (snapshot.Has(Fast))
        {
            var told = PublishedFiles.Read(snapshot.PathOf(Fast), PiecesOf);
            if (told is { } count && count != pieces.VocabularySize && count != all)
                throw new InvalidDataException(
                    $"{path}: it has {pieces.VocabularySize} pieces, but {snapshot.PathOf(Fast)} beside it tells {count}, {extra} further " +
                    "ones included: take the files of one model.");
        }
        else if (config.VocabSize - all >= Padding)
            Warnings.Give(
                $"{path} has {pieces.VocabularySize} pieces, many fewer than vocab_size, {config.VocabSize}: is it of another model?");
        return new(pieces, length);
    }

    private static (int Length, int Extra) SettingsOf(string json)
    {
        var settings = PublishedFiles.Object(json);
        var length = settings["model_max_length"]?.GetValue<double>() ?? Length; // 1e30 stands for no limit
        if (!(length >= 2)) throw new InvalidDataException($"model_max_length must be 2 or more, but is {length}.");
        var extra = settings["extra_ids"]?.GetValue<int>() ?? 100;
        if (extra < 0) throw new InvalidDataException($"extra_ids must be 0 or more, but is {extra}.");
        return (length < int.MaxValue ? (int)length : int.MaxValue, extra);
    }

    private static int? PiecesOf(string json) => (PublishedFiles.Object(json)["model"]?["vocab"] as JsonArray)?.Count;
}
