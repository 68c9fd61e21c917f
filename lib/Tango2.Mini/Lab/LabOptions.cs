using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Tango2.Files;
using Tango2.Preferences;
using Tango2.Training;

namespace Tango2.Mini.Lab;

/// <summary>What a training of the mini models starts from.</summary>
internal sealed record LabOptions
{
    internal const string StateFile = "state.safetensors";
    private const double MostEffort = 100;
    private const int LongestName = 40, DigestLength = 16;

    /// <summary>Everything random follows from it.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Where the weights go.</summary>
    public required MiniModels Models { get; init; }

    /// <summary>
    /// Where unfinished runs are kept, so that they can go on. It is for one folder of weights: see
    /// <see cref="WorkFolderOf"/>.
    /// </summary>
    public required string WorkFolder { get; init; }

    /// <summary>
    /// Scales every number of steps and clips: 1 is the shipped training, 0.01 a rehearsal of seconds. In (0, 100].
    /// </summary>
    public double Effort { get; init; } = 1;

    /// <summary>
    /// Where networks train whose data can lie there, and where studies and the alignment's data make their clips and listen to
    /// them; what a training reaches is measured on the CPU.
    /// </summary>
    public Device Device { get; init; } = CPU;

    /// <summary>The models on that device.</summary>
    public MiniModels ModelsOnDevice => Models.On(Device);

    /// <summary>What all unfinished work belongs to: the models' folder, seed and effort.</summary>
    public IReadOnlyDictionary<string, string> Origin => new Dictionary<string, string>
    {
        ["folder"] = FullPath(Models.Folder),
        ["seed"] = Seed.ToString(CultureInfo.InvariantCulture),
        ["effort"] = Effort.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>The work folder of a folder of weights, in the repository's out/train.</summary>
    /// <param name="models">The folder of weights; its full path counts, not its name.</param>
    public static string WorkFolderOf(string models)
    {
        var full = FullPath(models);
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(full)))[..DigestLength];
        var name = Path.GetFileName(full);
        return Path.Combine(
            Repository.Root, "out", "train", $"{name[..Math.Min(name.Length, LongestName)]}-{digest}");
    }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it, its range and its value.</exception>
    public void Validate() =>
        Ranges.Check(Effort is > 0 and <= MostEffort, nameof(Effort), "above 0 and at most 100", Effort);

    /// <summary>A count at this effort, at least <paramref name="least"/>.</summary>
    /// <exception cref="ArgumentException">The effort is out of its range.</exception>
    public int Scaled(int count, int least = 2)
    {
        Validate();
        return Math.Max(least, (int)Math.Round(count * Effort));
    }

    /// <summary>
    /// Whether nothing can be trained on pairs, since this is a rehearsal, an effort below 1, whose networks have learned too little
    /// for the filter to keep one; then it warns.
    /// </summary>
    /// <param name="kept">The pairs that the filter keeps.</param>
    public bool Rehearses(IReadOnlyCollection<PreferencePair> kept)
    {
        if (kept.Count > 0 || Effort >= 1) return false;
        Warnings.Give(FormattableString.Invariant($"The filter keeps no pair at effort {Effort}: the model stays as it is."));
        return true;
    }

    /// <summary>The state file of an unfinished stage.</summary>
    public string StatePath(string stage) => StageFolder.PathOf(this, stage, StateFile);

    private static string FullPath(string folder) => Path.TrimEndingDirectorySeparator(Links.RealFolder(folder));
}
