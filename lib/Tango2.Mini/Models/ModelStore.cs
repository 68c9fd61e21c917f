using System.Globalization;
using System.Security.Cryptography;
using Tango2.Audio;
using Tango2.Checkpoints;
using Tango2.Foley;
using Tango2.Models;
using Tango2.Files;
using Tango2.Text;

namespace Tango2.Pipelines;

/// <summary>A folder of mini-scale weights: builds each network and loads it, strictly.</summary>
/// <param name="folder">The folder, such as data/mini.</param>
public sealed class ModelStore(string folder)
{
    private const string Prefix = "unet-", Extension = ".safetensors";

    /// <summary>The geometry of the Tango spectrogram at mini scale.</summary>
    public static MelConfig Mel { get; } = MelConfig.Mini;

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>The folder that TANGO2_WEIGHTS names, else the repository's data/mini.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no repository around the program.</exception>
    public static ModelStore Default => new(Environment.GetEnvironmentVariable("TANGO2_WEIGHTS") is { Length: > 0 } chosen
        ? chosen
        : Path.Combine(Repository.Root, "data", "mini"));

    /// <summary>The path of a file in the folder.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>A digest of all the folder's weights, but those of one model if <paramref name="except"/> names it.</summary>
    public string Digest(string? except = null)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in Directory.GetFiles(Folder, "*.safetensors").Order(StringComparer.Ordinal))
            if (Path.GetFileNameWithoutExtension(file) != except) hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    /// <summary>The Tango text tokenizer.</summary>
    public UnigramTokenizer Tokenizer() => UnigramTokenizer.Load(Existing("tokenizer.model", "tokenizers"));

    /// <summary>The tokenizer of the CLAP models.</summary>
    public ByteLevelBpeTokenizer ClapTokenizer() => ByteLevelBpeTokenizer.Load(
        Existing("clap-vocab.json", "tokenizers"), Existing("clap-merges.txt", "tokenizers"));

    /// <summary>The words that the grounding model knows.</summary>
    public WordVocabulary Words() => WordVocabulary.Load(Existing("grounding-words.json", "tokenizers"));

    /// <summary>The text encoder, in evaluation mode.</summary>
    public T5EncoderModel TextEncoder() => Load(NewTextEncoder(), "text-encoder");

    /// <summary>The U-Net of a model.</summary>
    /// <param name="model">"base", "aligned", the NAME of another unet-NAME.safetensors, or a path to such a file.</param>
    /// <exception cref="FileNotFoundException">There is none; the message lists the models that there are.</exception>
    public UNet2DConditionModel UNet(string model)
    {
        if (model.EndsWith(Extension, StringComparison.Ordinal))
            return Frozen(NewUNet(), File.Exists(model) ? model : throw new FileNotFoundException(
                $"There is no file {model} with a U-Net.", model));
        var known = Models();
        return known.Contains(model) || model is "base" or "aligned" ? Load(NewUNet(), Prefix + model) : throw new
            FileNotFoundException($"There is no model '{model}' in {Folder}, which has " +
                (known.Count == 0 ? "none" : string.Join(", ", known)) +
                $": name one of them or a {Extension} file with a U-Net.", model);
    }

    /// <summary>The models whose U-Nets are in the folder, by name.</summary>
    public IReadOnlyList<string> Models() => !Directory.Exists(Folder) ? [] : [.. Directory
        .GetFiles(Folder, Prefix + "*" + Extension)
        .Select(file => Path.GetFileNameWithoutExtension(file)[Prefix.Length..]).Order(StringComparer.Ordinal)];

    /// <summary>The spectrogram autoencoder, with its latents' scale.</summary>
    public AutoencoderKL Vae()
    {
        var path = Existing("vae.safetensors", "vae");
        var text = SafeTensors.ReadMetadata(path).GetValueOrDefault("scale_factor");
        if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var scale) ||
            !double.IsFinite(scale) || scale <= 0)
            throw new InvalidDataException(
                $"{path}: scale_factor in its metadata must be a number above 0, but is {text ?? "missing"}.");
        return Load(NewVae(scale), "vae");
    }

    /// <summary>The vocoder, without weight norm.</summary>
    public HiFiGanGenerator Vocoder() =>
        Load(new HiFiGanGenerator(HiFiGanConfig.Mini with { WeightNorm = false }), "vocoder");

    /// <summary>A CLAP model: "a" and "b" filter, "judge" only evaluates.</summary>
    public ClapModel Clap(string name) => Load(NewClap(name), $"clap-{name}");

    /// <summary>The tagger whose features FAD, KL and IS use.</summary>
    public Cnn14Model Tagger() => Load(NewTagger(), "tagger");

    /// <summary>The text-conditioned sound-event grounding model of STEAM.</summary>
    public GroundingModel Grounding() => Load(NewGrounding(), "grounding");

    /// <summary>The detector trained on exact event times: the arbiter of what a generated clip holds.</summary>
    public EventDetector Detector() => Load(NewDetector(), "detector");

    /// <summary>An untrained text encoder with this folder's vocabulary.</summary>
    public T5EncoderModel NewTextEncoder() => new(T5Config.Mini with { VocabSize = 512 });

    /// <summary>An untrained U-Net.</summary>
    public static UNet2DConditionModel NewUNet() => new(UNet2DConditionConfig.Mini);

    /// <summary>An untrained autoencoder.</summary>
    public static AutoencoderKL NewVae(double scaleFactor = 1) =>
        new(AutoencoderKLConfig.Mini with { ScaleFactor = scaleFactor });

    /// <summary>An untrained CLAP model; the judge sees other spectrograms and has another width.</summary>
    public static ClapModel NewClap(string name)
    {
        var config = ClapConfig.Mini;
        return new(name switch
        {
            "a" => config,
            "b" => config with { Htsat = config.Htsat with { EmbedDim = 24 } },
            "judge" => config with
            {
                Htsat = config.Htsat with { EmbedDim = 40 },
                AudioCfg = config.AudioCfg with { MelBins = 64, HopSize = 640, AudioLength = 64 },
            },
            _ => throw new ArgumentException($"There is no CLAP model '{name}'; there are a, b and judge."),
        });
    }

    /// <summary>The spectrograms that a CLAP model sees.</summary>
    public static ClapMel ClapMel(string name) => new(name == "judge"
        ? MelConfig.ClapMini with { HopLength = 640 }
        : MelConfig.ClapMini with { MelBins = 32 });

    /// <summary>An untrained tagger.</summary>
    public static Cnn14Model NewTagger() => new(Cnn14Config.Mini with { Classes = SoundEvents.All.Count });

    /// <summary>The spectrograms that the tagger sees.</summary>
    public static Cnn14Mel TaggerMel() => new(MelConfig.Cnn14Mini);

    /// <summary>The spectrograms that the grounding model and the detector see: 20 ms a frame, 40 ms after pooling.</summary>
    public static Cnn14Mel GroundingMel() => new(MelConfig.Cnn14Mini);

    /// <summary>An untrained grounding model.</summary>
    public static GroundingModel NewGrounding() => new(GroundingConfig.Mini);

    /// <summary>An untrained detector.</summary>
    public static EventDetector NewDetector() => new(new() { Classes = SoundEvents.All.Count });

    private string Existing(string file, string stage) => File.Exists(PathOf(file)) ? PathOf(file) : throw new
        FileNotFoundException($"{PathOf(file)} does not exist: run `tango2 train mini {stage}` to make it.", file);

    private T Load<T>(T network, string name) where T : nn.Module =>
        Frozen(network, Existing(name + Extension, name));

    private static T Frozen<T>(T network, string path) where T : nn.Module
    {
        StateDict.Load(network, path);
        network.eval();
        foreach (var parameter in network.parameters()) parameter.requires_grad = false;
        // Parameters that are no layer's, and statistics, belong to the scope that they were made in; the network may
        // outlive it.
        foreach (var tensor in network.parameters().Concat(network.buffers())) tensor.DetachFromDisposeScope();
        return network;
    }
}
