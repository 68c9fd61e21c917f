using System.Security.Cryptography;
using System.Text;
using Tango2.Audio;
using Tango2.Hub;
using Tango2.Mini;
using Tango2.Mini.Foley;
using Tango2.Pipelines;
using Tango2.Published;

namespace Tango2.Cli.Generation;

/// <summary>A model as the command's words choose it, before any of it is read.</summary>
/// <param name="Name">What messages and manifests call it.</param>
/// <param name="Defaults">How it generates where nothing else is asked for.</param>
/// <param name="Load">Builds the pipeline.</param>
/// <param name="Digest">Tells its weights from others.</param>
/// <param name="Samples16">How files of 16 bits are written: as the code that the model comes from writes them.</param>
/// <param name="Warn">Warns of a prompt that the model cannot know.</param>
internal sealed record ChosenModel(
    string Name, GenerationOptions Defaults, Func<ITextToAudio> Load, Func<string> Digest, WavSamples Samples16, Action<string> Warn)
{
    /// <summary>The files of a published model, for a lock file; none of a mini model, which the repository holds.</summary>
    public Func<IReadOnlyList<(Snapshot Snapshot, string File)>> Files { get; init; } = () => [];

    /// <summary>Whether it is a published model, which is guided as its code guides it.</summary>
    public bool IsPublished { get; init; }

    /// <summary>Whether it is AudioLDM 2, of which more may be asked.</summary>
    public bool IsAudioLdm2 { get; init; }

    /// <summary>The model of a name: a published one, a repository in the hub's cache, a folder, or one of the mini models.</summary>
    /// <param name="name">The name; null takes the scale's first.</param>
    /// <param name="choice">The scale, and what else the model is built with.</param>
    /// <exception cref="FileNotFoundException">It is not on this disk; the message says what to do.</exception>
    public static ChosenModel Of(string? name, ModelChoice choice)
    {
        name ??= choice.Scale == ModelScale.Full ? "tango2" : "base";
        if (choice.Scale != ModelScale.Mini)
        {
            if (Found(name) is { } snapshot)
            {
                if (choice.Weights is not null)
                    throw new ArgumentException($"--weights is the mini models' folder, and --model {name} is none of them: leave one out.");
                return Published(name, snapshot, choice);
            }
            if (choice.Scale == ModelScale.Full)
                throw new FileNotFoundException(
                    $"There is no published model '{name}': name one that `tango2 models` lists, a repository in the hub's " +
                    "cache, or a folder.");
        }
        return OfMini(name, choice);
    }

    private static ChosenModel OfMini(string name, ModelChoice choice)
    {
        if (choice.Tango.UNetConfig is not null || choice.Tango.TextEncoder is not null)
            throw new ArgumentException($"--unet-config and --text-encoder are of published models, but --model {name} is none.");
        var models = Verbs.Options.ModelsOf(choice.Weights);
        if (!models.Knows(name))
            throw new FileNotFoundException(
                $"There is no model '{name}': it is no mini model of {models.Folder} ({string.Join(", ", models.Names())})" + (choice.Scale == ModelScale.Mini
                    ? "." : ", no folder, and none of the published ones, which `tango2 models` lists."));
        return new(
            name, MiniScale.Generation, () => choice.Placed(models.TextToAudio(name)),
            () => File.Exists(name) ? Digests(Path.GetDirectoryName(Path.GetFullPath(name))!, [name]) : models.DigestOf(name),
            WavSamples.Int16, FoleyWords.Warn);
    }

    private static ChosenModel Published(string name, Snapshot snapshot, ModelChoice choice)
    {
        if (PublishedAudioLdm2.Is(snapshot)) return AudioLdm2(name, snapshot, choice);
        if (!PublishedTango.Is(snapshot))
            throw new InvalidDataException(
                $"{snapshot.Folder} is no model that is known: expected main_config.json and the other files of a Tango, or the " +
                "model_index.json of AudioLDM 2 and its folders.");
        return new(
            name, PublishedTango.Defaults, () => PublishedTango.Load(snapshot, choice.Tango),
            () => snapshot.Revision ?? Digests(snapshot.Folder, Directory.GetFiles(snapshot.Folder)), WavSamples.Truncated16, _ => { })
        {
            IsPublished = true,
            Files = () => PublishedTango.Files(snapshot, choice.Tango),
        };
    }

    private static ChosenModel AudioLdm2(string name, Snapshot snapshot, ModelChoice choice)
    {
        if (choice.Tango.UNetConfig is not null || choice.Tango.TextEncoder is not null)
            throw new ArgumentException($"--unet-config and --text-encoder are of a Tango, but --model {name} is AudioLDM 2, which has its own.");
        return new(
            name, PublishedAudioLdm2.Defaults, () => PublishedAudioLdm2.Load(snapshot, choice.Tango.Device, choice.Tango.Precision),
            () => snapshot.Revision ?? Digests(snapshot.Folder, Directory.GetFiles(snapshot.Folder, "*", SearchOption.AllDirectories)),
            WavSamples.Int16, _ => { })
        {
            IsPublished = true,
            IsAudioLdm2 = true,
            Files = () => [.. FileChoice.Present(Catalogue.Find("audioldm2")!.Files, snapshot.Has).Select(file => (snapshot, file))],
        };
    }

    // Names of the mini models are no names of repositories, which have one slash, and paths of their files have an end.
    private static Snapshot? Found(string name) =>
        Catalogue.Find(name) is not null || Directory.Exists(name)
        || (name.Count(c => c == '/') == 1 && !name.EndsWith(".safetensors", StringComparison.Ordinal))
            ? HubCache.FromEnvironment().Open(name) : null;

    /// <summary>A digest of some files' names, sizes and first bytes: gigabytes are not read for it.</summary>
    private static string Digests(string folder, IEnumerable<string> files)
    {
        const int First = 1 << 20;
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var bytes = new byte[First];
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            using var stream = File.OpenRead(file);
            hash.AppendData(Encoding.UTF8.GetBytes($"{Path.GetRelativePath(folder, file)}\n{stream.Length}\n"));
            hash.AppendData(bytes.AsSpan(0, stream.ReadAtLeast(bytes, First, throwOnEndOfStream: false)));
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}

/// <summary>The scales.</summary>
internal enum ModelScale
{
    /// <summary>Whichever has a model of the name.</summary>
    Any,

    /// <summary>The mini models.</summary>
    Mini,

    /// <summary>The published models.</summary>
    Full,
}

/// <summary>How a model is chosen and built, beside its name.</summary>
/// <param name="Scale">Where it is looked for.</param>
/// <param name="Weights">The folder of the mini models; null for the repository's.</param>
/// <param name="Tango">What a published model is built with, and device and precision of any.</param>
internal sealed record ModelChoice(ModelScale Scale, string? Weights, TangoOptions Tango)
{
    /// <summary>A pipeline where the choice wants it.</summary>
    public TextToAudio Placed(TextToAudio tango) =>
        Tango.Device is null && Tango.Precision == Precision.Float32 ? tango : tango.To(Tango.Device ?? TorchSharp.torch.CPU, Tango.Precision);
}
