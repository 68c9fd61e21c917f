using System.Globalization;
using System.Security.Cryptography;
using Tango2.Checkpoints;
using Tango2.Evaluation;
using Tango2.Files;
using Tango2.Mini.Truth;
using Tango2.Models;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Text;

namespace Tango2.Mini;

/// <summary>A folder of mini-scale weights: builds each network, loads it strictly, and puts the pipelines together.</summary>
/// <param name="folder">The folder, such as data/mini.</param>
public sealed class MiniModels(string folder)
{
    private const string Prefix = "unet-", Extension = ".safetensors", PlanFile = "plan.jsonl", PairsFile = "candidates.jsonl";

    /// <summary>The folder.</summary>
    public string Folder { get; } = folder;

    /// <summary>Where the networks are put as they are loaded.</summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The folder that TANGO2_WEIGHTS names, else the repository's data/mini.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no repository around the program.</exception>
    public static MiniModels Default => new(Environment.GetEnvironmentVariable("TANGO2_WEIGHTS") is { Length: > 0 } chosen
        ? chosen
        : Path.Combine(Repository.Root, "data", "mini"));

    /// <summary>The path of a file in the folder.</summary>
    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>The plan's file.</summary>
    public string PlanPath => PathOf(PlanFile);

    /// <summary>The candidate pairs' file.</summary>
    public string PairsPath => PathOf(PairsFile);

    /// <summary>A digest of all the folder's weights, but those of one model if <paramref name="except"/> names it.</summary>
    public string Digest(string? except = null) => Digest(Directory.GetFiles(Folder, "*" + Extension)
        .Order(StringComparer.Ordinal).Where(file => Path.GetFileNameWithoutExtension(file) != except));

    /// <summary>A digest of all that makes a model's clips; files that are not there do not count.</summary>
    /// <param name="model">"base", "aligned" or another.</param>
    public string DigestOf(string model) => Digest(new[]
    {
        "tokenizer.model", "text-encoder.safetensors", Prefix + model + Extension, "vae.safetensors", "vocoder.safetensors",
    }.Select(PathOf).Where(File.Exists));

    /// <summary>A digest of all that measures clips: see <see cref="Evaluator"/>.</summary>
    internal string DigestOfListeners() => Digest(new[]
    {
        "clap-vocab.json", "clap-merges.txt", "clap-a.safetensors", "clap-judge.safetensors", "tagger.safetensors", "grounding-words.json",
        "grounding.safetensors", "detector.safetensors",
    }.Select(PathOf).Where(File.Exists));

    /// <summary>Text to audio by the mini networks.</summary>
    /// <param name="model">"base", "aligned" or another; see <see cref="UNet"/>.</param>
    public TextToAudio TextToAudio(string model = "base") => new(
        new(MiniScale.Prompts(Tokenizer()), TextEncoder()), UNet(model), Vae(), Vocoder(), MiniScale.Mel, MiniScale.Schedule,
        MiniScale.Generation);

    /// <summary>A CLAP model that listens.</summary>
    /// <param name="name">"a", "b" or "judge".</param>
    public ClapScorer Clap(string name) => new(ClapNetwork(name), MiniScale.ClapPrompts(ClapTokenizer()), name);

    /// <summary>The tagger whose features FAD, KL and IS use.</summary>
    public Tagger Tagger() => new(Load(new Cnn14Model(MiniScale.Tagger), "tagger"), new(MiniScale.ListenerMel));

    /// <summary>The listener of STEAM.</summary>
    public EventGrounder Grounder() =>
        new(Load(new GroundingModel(MiniScale.Grounding), "grounding"), Words(), new(MiniScale.ListenerMel));

    /// <summary>The detector trained on exact event times: the arbiter of what a generated clip holds.</summary>
    public SceneDetector Detector() => new(Load(NewDetector(), "detector"), new(MiniScale.ListenerMel));

    /// <summary>Measures whole models, with the detector beside STEAM's listener.</summary>
    public Evaluator Evaluator() => new(Clap("a"), Clap("judge"), Tagger(), Grounder(), Detector().Listener);

    /// <summary>The plan that the folder's candidates were made by.</summary>
    /// <exception cref="FileNotFoundException">There is none; the message names the stage that makes it.</exception>
    /// <exception cref="InvalidDataException">It is damaged; the message names file and line.</exception>
    public CandidatePlan Plan() => CandidatePlan.Read(Existing(PlanFile, "candidates"));

    /// <summary>The candidate pairs with their scores, as they were ranked.</summary>
    /// <exception cref="FileNotFoundException">There are none; the message names the stage that makes them.</exception>
    public IReadOnlyList<PreferencePair> Candidates() =>
        PreferenceManifest.Read(Existing(PairsFile, "ranking"), checkFiles: false);

    /// <summary>The Tango text tokenizer.</summary>
    public UnigramTokenizer Tokenizer() => UnigramTokenizer.Load(Existing("tokenizer.model", "tokenizers"));

    /// <summary>The tokenizer of the CLAP models.</summary>
    public ByteLevelBpeTokenizer ClapTokenizer() => ByteLevelBpeTokenizer.Load(
        Existing("clap-vocab.json", "tokenizers"), Existing("clap-merges.txt", "tokenizers"));

    /// <summary>The words that the grounding model knows.</summary>
    public WordVocabulary Words() => WordVocabulary.Load(Existing("grounding-words.json", "tokenizers"));

    /// <summary>The text encoder, in evaluation mode.</summary>
    public T5EncoderModel TextEncoder() => Load(new T5EncoderModel(MiniScale.TextEncoder), "text-encoder");

    /// <summary>The U-Net of a model.</summary>
    /// <param name="model">"base", "aligned", the NAME of another unet-NAME.safetensors, or a path to such a file.</param>
    /// <exception cref="FileNotFoundException">There is none; the message lists the models that there are.</exception>
    public UNet2DConditionModel UNet(string model)
    {
        if (model.EndsWith(Extension, StringComparison.Ordinal))
            return Frozen(NewUNet(), File.Exists(model) ? model : throw new FileNotFoundException(
                $"There is no file {model} with a U-Net.", model));
        return Knows(model) ? Load(NewUNet(), Prefix + model) : throw new
            FileNotFoundException($"There is no model '{model}' in {Folder}, which has " +
                (Names() is { Count: > 0 } known ? string.Join(", ", known) : "none") +
                $": name one of them or a {Extension} file with a U-Net.", model);
    }

    /// <summary>Whether a name is of one of the models, or a path that may be of a file with a U-Net.</summary>
    internal bool Knows(string model) =>
        model is "base" or "aligned" || model.EndsWith(Extension, StringComparison.Ordinal) || Names().Contains(model);

    /// <summary>The models whose U-Nets are in the folder, by name.</summary>
    public IReadOnlyList<string> Names() => !Directory.Exists(Folder) ? [] : [.. Directory
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
        return Load(new AutoencoderKL(MiniScale.Vae with { ScaleFactor = scale }), "vae");
    }

    /// <summary>The vocoder, without weight norm.</summary>
    public HiFiGanGenerator Vocoder() =>
        Load(new HiFiGanGenerator(MiniScale.Vocoder with { WeightNorm = false }), "vocoder");

    /// <summary>The network of a CLAP model.</summary>
    /// <param name="name">"a", "b" or "judge".</param>
    public ClapModel ClapNetwork(string name) => Load(new ClapModel(MiniScale.Clap(name)), $"clap-{name}");

    /// <summary>The same folder, whose networks are put on a device.</summary>
    /// <param name="device">cpu, or a GPU that is there.</param>
    public MiniModels On(Device device) => new(Folder) { Device = device };

    internal static UNet2DConditionModel NewUNet() => new(MiniScale.UNet);

    internal static EventDetector NewDetector() => new(MiniScale.GroundingAudio, Foley.SoundEvents.All.Count);

    private static string Digest(IEnumerable<string> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files) hash.AppendData(File.ReadAllBytes(file));
        return Convert.ToHexString(hash.GetHashAndReset());
    }

    private string Existing(string file, string stage) => File.Exists(PathOf(file)) ? PathOf(file) : throw new
        FileNotFoundException($"{PathOf(file)} does not exist: run `tango2 train mini {stage}` to make it.", PathOf(file));

    private T Load<T>(T network, string name) where T : nn.Module =>
        Frozen(network, Existing(name + Extension, name));

    private T Frozen<T>(T network, string path) where T : nn.Module
    {
        StateDict.Load(network, path);
        return network.Frozen().Moved(Device, float32);
    }
}
