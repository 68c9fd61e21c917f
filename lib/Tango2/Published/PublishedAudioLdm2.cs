using Tango2.Diffusion;
using Tango2.Files;
using Tango2.Hub;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Text;

namespace Tango2.Published;

/// <summary>AudioLDM 2 as its repository holds it, in diffusers' layout: a folder for each part, with its configuration.</summary>
public static class PublishedAudioLdm2
{
    private const string Index = "model_index.json", Config = "config.json";

    // transformers' and diffusers' names of weights, in the order in which they are looked for.
    private static readonly string[] OfTransformers =
        ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    private static readonly string[] OfDiffusers =
    [
        "diffusion_pytorch_model.safetensors", "diffusion_pytorch_model.safetensors.index.json", "diffusion_pytorch_model.bin",
        "diffusion_pytorch_model.bin.index.json",
    ];

    /// <summary>Whether a folder is one of AudioLDM 2.</summary>
    public static bool Is(Snapshot snapshot) => snapshot.Has(Index) && AudioLdm2Index.Is(Utf8File.Text(snapshot.PathOf(Index)));

    /// <summary>How it generates where nothing else is asked for: 200 steps of DDIM, guidance 3.5.</summary>
    public static GenerationOptions Defaults => AudioLdm2.Reference;

    /// <summary>Builds the pipeline by the configurations and fills it, one tensor at a time. Other files are not opened.</summary>
    /// <param name="snapshot">The files, weights as safetensors or .bin, whole or in shards.</param>
    /// <param name="device">Where the networks are to be; null takes the CPU.</param>
    /// <param name="precision">The number type of the denoiser's weights.</param>
    /// <exception cref="FileNotFoundException">A file is missing; the message says what to do.</exception>
    /// <exception cref="InvalidDataException">A file is damaged, or does not fit the others; the message names it.</exception>
    public static AudioLdm2 Load(Snapshot snapshot, Device? device = null, Precision precision = Precision.Float32)
    {
        PublishedFiles.Read(snapshot.PathOf(Index), AudioLdm2Index.Check);
        var mel = PublishedFiles.Read(snapshot.PathOf("feature_extractor/preprocessor_config.json"), ClapFeatures.FromJson);
        // All configurations before any weight, so that what is wrong with one is told at once.
        var sizes = PublishedFiles.Read(PathOf("text_encoder"), TransformersClap.FromJson).With(mel);
        var t5 = PublishedFiles.Read(PathOf("text_encoder_2"), T5Config.FromJson);
        var joined = PublishedFiles.Read(PathOf("projection_model"), AudioLdm2ProjectionConfig.FromJson);
        var gpt2 = PublishedFiles.Read(PathOf("language_model"), Gpt2Config.FromJson);
        var denoiser = PublishedFiles.Read(PathOf("unet"), AudioLdm2UNetConfig.FromJson);
        var autoencoder = PublishedFiles.Read(PathOf("vae"), DiffusersAutoencoder.FromJson);
        var vocoder = PublishedFiles.Read(PathOf("vocoder"), TransformersVocoder.FromJson);
        var schedule = PublishedFiles.Read(snapshot.PathOf("scheduler/scheduler_config.json"), Schedule);
        var clapTokenizer = ClapTokenizer(snapshot, sizes);
        var tokenizer = PublishedT5.Tokenizer(
            snapshot with { Folder = Path.Combine(snapshot.Folder, "tokenizer_2") }, t5, PathOf("text_encoder_2"));
        try
        {
            var clap = Filled("text_encoder", OfTransformers, () => new ClapModel(sizes));
            var text = new AudioLdm2TextEncoder(
                clap, clapTokenizer,
                Filled("text_encoder_2", OfTransformers, () => new T5EncoderModel(t5)), tokenizer,
                Filled("projection_model", OfDiffusers, () => new AudioLdm2Projection(joined)),
                Filled("language_model", OfTransformers, () => new Gpt2Model(gpt2)));
            return new AudioLdm2(
                text, new(clap, mel),
                Filled("unet", OfDiffusers, () => new AudioLdm2UNet(denoiser)),
                Filled("vae", OfDiffusers, () => new AutoencoderKL(autoencoder)),
                Filled("vocoder", OfTransformers, () => new HiFiGanGenerator(vocoder)), schedule).To(device ?? CPU, precision);
        }
        catch (ArgumentException error)
        {
            throw new InvalidDataException($"{snapshot.Folder}: {error.Message}", error);
        }

        string PathOf(string part) => snapshot.PathOf($"{part}/{Config}");

        T Filled<T>(string part, string[] names, Func<T> network) where T : nn.Module =>
            PublishedFiles.Filled(network(), Weights(snapshot, part, names), PathOf(part)).Frozen();
    }

    private static string Weights(Snapshot snapshot, string part, string[] names) =>
        snapshot.PathOf($"{part}/{names.FirstOrDefault(name => snapshot.Has($"{part}/{name}")) ?? throw new FileNotFoundException(
            $"{Path.Combine(snapshot.Folder, part)} has none of {string.Join(", ", names)}: {snapshot.Name} lacks the weights of its {part}. " +
            (snapshot.Repository is null
                ? "Copy the whole repository into the folder." : $"Fetch it with `tango2 fetch {snapshot.Repository}`."))}");

    /// <summary>DDIM's schedule, walked from the top in equal steps; other ways of diffusers' DDIMScheduler are refused.</summary>
    private static NoiseSchedule Schedule(string json)
    {
        var keys = PublishedFiles.Object(json);
        Known.Only("_class_name", (string?)keys["_class_name"] ?? "DDIMScheduler", "DDIMScheduler");
        Known.Only("timestep_spacing", (string?)keys["timestep_spacing"] ?? "leading", "leading");
        Known.Only("thresholding", (bool?)keys["thresholding"] ?? false, false);
        Known.Only("rescale_betas_zero_snr", (bool?)keys["rescale_betas_zero_snr"] ?? false, false);
        return NoiseSchedule.FromJson(json);
    }

    private static PromptTokenizer ClapTokenizer(Snapshot snapshot, ClapConfig sizes)
    {
        var (vocabulary, roberta) = (snapshot.PathOf("tokenizer/vocab.json"), sizes.Roberta);
        var pieces = ByteLevelBpeTokenizer.Load(vocabulary, snapshot.PathOf("tokenizer/merges.txt"));
        if (pieces.VocabularySize != roberta.VocabSize)
            throw new InvalidDataException(
                $"{vocabulary}: its {pieces.VocabularySize} pieces must be as many as vocab_size, {roberta.VocabSize}, of text_config in " +
                $"{snapshot.PathOf($"text_encoder/{Config}")}: take the files of one model.");
        // The reference fills up to model_max_length, as many as RoBERTa has positions.
        var positions = roberta.MaxPositionEmbeddings - roberta.PadTokenId - 1;
        return new(pieces, (int)Math.Min(Longest(snapshot, positions), positions), padded: true);
    }

    /// <summary>The model_max_length of CLAP's tokenizer, tokens; a number beyond all bounds stands for none.</summary>
    private static double Longest(Snapshot snapshot, int otherwise)
    {
        const string Settings = "tokenizer/tokenizer_config.json";
        if (!snapshot.Has(Settings)) return otherwise;
        return PublishedFiles.Read(snapshot.PathOf(Settings), json =>
        {
            var length = PublishedFiles.Object(json)["model_max_length"]?.GetValue<double>() ?? otherwise;
            return length >= 2 ? length : throw new InvalidDataException(FormattableString.Invariant($"model_max_length must be 2 or more, but is {length}."));
        });
    }
}
