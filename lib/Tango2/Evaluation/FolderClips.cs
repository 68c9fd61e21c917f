using System.Security.Cryptography;
using Tango2.Audio;

namespace Tango2.Evaluation;

/// <summary>Something odd about the clips of a folder.</summary>
/// <param name="Kind">One word: missing, duplicate, empty, damaged, short, silent, rate, channels or float.</param>
/// <param name="File">The file, or its name where it is missing.</param>
/// <param name="Text">What was found, and what follows from it: a sentence.</param>
public sealed record FolderFinding(string Kind, string File, string Text);

/// <summary>A folder's WAV files in the order of the reference, which is that of their names as strings: output_10 before output_2.</summary>
internal sealed class FolderClips
{
    /// <summary>The rate that taggers and VGGish of the evaluation listen at, Hz.</summary>
    public const int Rate = 16_000;

    private const double ShortestSeconds = 0.975;

    private FolderClips(string folder, IReadOnlyList<string> names, IReadOnlyList<string> usable, IReadOnlyList<FolderFinding> findings) =>
        (Folder, Names, Usable, Findings) = (folder, names, usable, findings);

    public string Folder { get; }

    /// <summary>Names of all WAV files.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Names of those that can be heard.</summary>
    public IReadOnlyList<string> Usable { get; }

    public IReadOnlyList<FolderFinding> Findings { get; }

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>A file's first channel.</summary>
    public Waveform Read(string name) =>
        Sound.Decode(File.ReadAllBytes(PathOf(name)), new ChannelMixer(PathOf(name), ChannelMix.First) { Quiet = true });

    /// <summary>The mean of its channels.</summary>
    public Waveform ReadMean(string name) =>
        Sound.Decode(File.ReadAllBytes(PathOf(name)), new ChannelMixer(PathOf(name), ChannelMix.Mean) { Quiet = true });

    /// <summary>The mean of its channels, in 16 bits.</summary>
    public Waveform Read16(string name) => SixteenBit.Decode(File.ReadAllBytes(PathOf(name)), PathOf(name));

    /// <summary>Looks at every file of a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name">How messages name it, such as "The folder of generated clips".</param>
    /// <param name="progress">Told after each file.</param>
    /// <param name="cancellation">Stops between two files.</param>
    /// <exception cref="DirectoryNotFoundException">There is no such folder.</exception>
    /// <exception cref="InvalidDataException">It has fewer than two WAV files.</exception>
    public static FolderClips Look(string folder, string name, Action progress, CancellationToken cancellation)
    {
        if (!Directory.Exists(folder)) throw new DirectoryNotFoundException($"{name}, {folder}, does not exist.");
        string[] names = [.. NamesIn(folder)];
        if (names.Length < 2)
            throw new InvalidDataException($"{name}, {folder}, must hold at least 2 WAV files, but holds {names.Length}.");
        var (usable, findings) = (new List<string>(), new List<FolderFinding>());
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in names)
        {
            cancellation.ThrowIfCancellationRequested();
            var path = Path.Combine(folder, file);
            var found = Look(path, known).ToArray();
            findings.AddRange(found.Select(f => new FolderFinding(f.Kind, path, f.Text)));
            if (!found.Any(f => f.Kind is "empty" or "damaged")) usable.Add(file);
            progress();
        }
        if (usable.Count < 2)
            throw new InvalidDataException($"{name}, {folder}, must hold at least 2 WAV files with sound, but {usable.Count} of {names.Length} can be heard: "
                + string.Join(" ", findings.Take(3).Select(f => f.Text)));
        return new(folder, names, usable, findings);
    }

    /// <summary>Names of the WAV files of a folder.</summary>
    public static IEnumerable<string> NamesIn(string folder) => Directory.EnumerateFiles(folder).Select(path => Path.GetFileName(path))
        .Where(file => file.EndsWith(".wav", StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);

    private static IEnumerable<(string Kind, string Text)> Look(string path, Dictionary<string, string> known)
    {
        Waveform clip;
        bool isFloat;
        byte[] bytes;
        string? why = null;
        try
        {
            bytes = File.ReadAllBytes(path);
            var mixer = new ChannelMixer(path, ChannelMix.First) { Quiet = true };
            (clip, isFloat) = (bytes.Length == 0 ? new([], Rate) : Sound.Decode(bytes, mixer), bytes.Length > 0 && Wav.IsFloat(bytes, mixer));
        }
        catch (InvalidDataException error)
        {
            (clip, isFloat, bytes, why) = (new([], Rate), false, [], error.Message);
        }
        if (why is not null) yield return ("damaged", $"{why.TrimEnd('.')}: it is left out.");
        else if (clip.Samples.Length == 0) yield return ("empty", $"{path} has no samples: it is left out; generate or copy it again.");
        if (clip.Samples.Length == 0) yield break;
        var digest = Convert.ToHexString(SHA256.HashData(bytes));
        if (!known.TryAdd(digest, path)) yield return ("duplicate", $"{path} is the same file as {known[digest]}; both count.");
        if (clip.Seconds < ShortestSeconds)
            yield return ("short", FormattableString.Invariant(
                $"{path} has {clip.Seconds:0.00} s: FAD, which takes 0.96 s at a time, does without it; the tagger hears it with silence behind."));
        if (clip.IsSilent) yield return ("silent", $"{path} is silent in its first channel.");
        if (clip.SampleRate != Rate)
            yield return ("rate", $"{path} has {clip.SampleRate} Hz, not {Rate}" + (clip.SampleRate is 32_000 or 48_000
                ? ": the reference leaves samples out without a low-pass filter, and so it is here; resample it first."
                : ": it is resampled."));
        if (clip.FileChannels > 1)
            yield return ("channels", $"{path} has {clip.FileChannels} channels: the tagger hears the first, FAD and CLAP their mean.");
        if (isFloat)
            yield return ("float", $"{path} holds float samples, which FAD reads as whole numbers, all but silence, as the reference does; store it in 16 bits.");
    }
}
