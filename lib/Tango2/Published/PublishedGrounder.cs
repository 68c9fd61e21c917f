// Files and keys of STEAM's grounding tool (zeyuxie29/AudioTime at 9ac2023, STEAMtool); its Cnn8_Rnn's front end.
using Tango2.Audio;
using Tango2.Checkpoints;
using Tango2.Files;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Tango2.Published;

/// <summary>STEAM's grounding model from its folder: config.yaml, best.pth and vocab_state_dict.pkl.</summary>
/// <remarks>
/// Unlike the reference's loader, which keeps random weights without a word where keys do not fit, this one is strict.
/// The vocabulary is a pickle, which is parsed and never run.
/// </remarks>
public static class PublishedGrounder
{
    private const int FullRate = 32_000;

    private const string ConfigFile = "config.yaml", WeightsFile = "best.pth", WordsFile = "vocab_state_dict.pkl";

    /// <summary>The files that it is read from.</summary>
    internal static string[] Files => [ConfigFile, WeightsFile, WordsFile];

    /// <summary>Builds the grounding model; its widths follow from the file's tensors, all else from config.yaml.</summary>
    /// <param name="folder">With the three files.</param>
    /// <param name="device">Where it listens; null for the CPU.</param>
    /// <exception cref="FileNotFoundException">One of the files is not there.</exception>
    /// <exception cref="InvalidDataException">One of them is another one, incomplete or damaged, or they do not fit together.</exception>
    public static EventGrounder Load(string folder, Device? device = null)
    {
        var (config, weights, words) = (PathOf(ConfigFile), PathOf(WeightsFile), PathOf(WordsFile));
        var said = GroundingYaml.Read(config);
        using var scope = NewDisposeScope();
        GroundingConfig sizes;
        MelConfig mel;
        using (var shapes = new PublishedShapes(weights, nameof(GroundingModel), "STEAM's grounding model"))
        {
            sizes = new()
            {
                Audio = new()
                {
                    Mels = shapes.Size("audio_encoder.bn0.weight"),
                    Widths = [.. Enumerable.Range(1, shapes.Count("audio_encoder.conv_block{0}.conv1.weight", first: 1))
                        .Select(i => shapes.Size($"audio_encoder.conv_block{i}.conv1.weight"))],
                    LinearWidth = shapes.Size("audio_encoder.fc1.weight"),
                    GruWidth = shapes.Size("audio_encoder.rnn.weight_hh_l0", 1),
                },
                VocabSize = shapes.Size("text_encoder.embedding.weight"),
                EmbedDim = shapes.Size("text_encoder.embedding.weight", 1),
            };
            mel = MelOf(said.SampleRate, sizes.Audio.Mels);
            FilterCheck.Same(
                shapes.Computed("melspec_extractor.mel_scale.fb"), mel, weights, $"The sample_rate of {config} may be another");
        }
        if ((sizes.VocabSize, sizes.EmbedDim) != (said.VocabSize, said.EmbedDim))
            throw new InvalidDataException($"{config}: expected vocab_size {sizes.VocabSize} and embed_dim {sizes.EmbedDim}, as {weights} has, " +
                $"found {said.VocabSize} and {said.EmbedDim}: the files are not of one model.");
        var vocabulary = Words(words);
        if (vocabulary.Count > sizes.VocabSize)
            throw new InvalidDataException($"{words}: expected at most the {sizes.VocabSize} words that {weights} knows, found {vocabulary.Count}.");
        return new(PublishedModule.Load(new GroundingModel(sizes), weights, device), vocabulary, new(mel)) { ByKaiser = true };

        string PathOf(string file) => File.Exists(Path.Combine(folder, file)) ? Path.Combine(folder, file) : throw new FileNotFoundException(
            $"{Path.Combine(folder, file)} does not exist: a grounding model is a folder with {ConfigFile}, {WeightsFile} and {WordsFile}.", file);
    }

    private static MelConfig MelOf(int rate, int mels) => new()
    {
        SampleRate = rate,
        FftLength = rate * 32 / 1000,
        WindowLength = rate * 32 / 1000,
        HopLength = rate / 100,
        MelBins = mels,
        MinFrequency = 50,
        MaxFrequency = rate == FullRate ? 14_000 : rate / 2,
        ClipSamples = rate,
    };

    private static WordVocabulary Words(string path)
    {
        using var stream = File.OpenRead(path);
        var content = new PickleMachine(stream, path).Run() as Dictionary<object, object?>
            ?? throw new InvalidDataException($"{path}: expected a pickled dictionary of words and numbers, found something else.");
        return new(content.ToDictionary(word => word.Key as string ?? throw Wrong(word), word => word.Value is long id and >= 0 and < int.MaxValue
            ? (int)id : throw Wrong(word)), path);

        InvalidDataException Wrong(KeyValuePair<object, object?> word) => new(
            $"{path}: expected words and their numbers, found {PickleObjects.Describe(word.Key)} with {PickleObjects.Describe(word.Value)}.");
    }
}

/// <summary>What is read of the grounding model's config.yaml.</summary>
internal sealed record GroundingYaml(int SampleRate, int VocabSize, int EmbedDim)
{
    /// <summary>Reads the file and refuses another architecture.</summary>
    /// <exception cref="InvalidDataException">It is no YAML, lacks a key, or describes another model; the message names the key.</exception>
    public static GroundingYaml Read(string path)
    {
        var root = Parse(path);
        Kind("model/audio_encoder/type", "Cnn8_Rnn");
        Kind("model/text_encoder/type", "EmbeddingAgg");
        Kind("model/match_fn/type", "DotProduct");
        if (Find("model/args/add_proj") is YamlScalarNode { Value: { } project } && bool.TryParse(project, out var adds) && adds)
            throw Bad("model/args/add_proj", "false", project);
        return new(
            Number("model/audio_encoder/args/sample_rate"), Number("model/text_encoder/args/vocab_size"), Number("model/text_encoder/args/embed_dim"));

        YamlNode? Find(string key) => key.Split('/').Aggregate<string, YamlNode?>(root, (node, part) =>
            node is YamlMappingNode map && map.Children.TryGetValue(part, out var child) ? child : null);
        string Text(string key, string expected) => (Find(key) as YamlScalarNode)?.Value ?? throw Bad(key, expected, "none");
        int Number(string key) => Text(key, "a whole number above 0") is var text
            && int.TryParse(text, System.Globalization.CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 1_000_000
                ? number : throw Bad(key, "a whole number from 1 to 1000000", text);
        void Kind(string key, string expected)
        {
            if (Text(key, expected) is var text && text.Split('.')[^1] != expected) throw Bad(key, expected, text);
        }
        InvalidDataException Bad(string key, string expected, string found) =>
            new($"{path}: expected {key.Replace('/', '.')} to be {expected}, found {found}.");
    }

    private static YamlNode? Parse(string path)
    {
        try
        {
            using var reader = new StringReader(Utf8File.Text(path));
            var yaml = new YamlStream();
            yaml.Load(reader);
            return yaml.Documents.Count == 0 ? null : yaml.Documents[0].RootNode;
        }
        catch (YamlException error)
        {
            throw new InvalidDataException($"{path}: expected YAML, found in line {error.Start.Line}: {error.Message}", error);
        }
    }
}
