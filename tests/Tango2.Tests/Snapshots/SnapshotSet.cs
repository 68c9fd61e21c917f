using Tango2.Hub;
using Tango2.Tests.Parity;

namespace Tango2.Tests.Snapshots;

/// <summary>A folder of published-layout snapshots, with what the reference made of them in its manifest.json.</summary>
/// <remarks>TANGO2_SNAPSHOTS names it; else it is shared/snapshots beside the repository, if that is there.</remarks>
internal static class SnapshotSet
{
    /// <summary>The category of all tests that read such a folder.</summary>
    public const string Category = "Snapshots";

    private const string Variable = "TANGO2_SNAPSHOTS", None = "(none)";

    /// <summary>The folder; it may not be there.</summary>
    public static string Folder => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen
        ? Path.GetFullPath(chosen) : Path.GetFullPath(Path.Combine(Golden.Root, "..", "shared", "snapshots"));

    /// <summary>Whether there is a folder to read.</summary>
    public static bool Has => File.Exists(Path.Combine(Folder, "manifest.json"));

    /// <summary>The hub's cache in it.</summary>
    public static HubCache Hub => new(At("hub"));

    private static IReadOnlyList<ParityFixture> All => Has ? ParityFixture.All(Folder, "expected") : [];

    /// <summary>The full path of a file of the set; the manifest's paths are relative to its folder.</summary>
    public static string At(string path) => Path.Combine(Folder, path);

    /// <summary>Names of the entries of some kinds, for MemberData; one that <see cref="Entry"/> skips where there are none.</summary>
    /// <param name="kinds">Such as tango_text; several stand between commas.</param>
    public static IEnumerable<TheoryDataRow<string>> Names(string kinds)
    {
        var wanted = kinds.Split(',', StringSplitOptions.TrimEntries);
        string[] names = [.. All.Where(e => wanted.Contains(e.Kind)).Select(e => e.Name)];
        return (names.Length > 0 ? names : [None]).Select(name => new TheoryDataRow<string>(name));
    }

    /// <summary>An entry with its expected tensors, its configuration and its tolerances; skips the test where there is none.</summary>
    public static ParityFixture Entry(string name)
    {
        Need();
        Assert.SkipWhen(name == None, $"{Folder} has no entry of this kind.");
        var entry = All.FirstOrDefault(e => e.Name == name)
            ?? throw new InvalidDataException($"{Folder}'s manifest has no entry {name}.");
        _ = entry.Tensors.Count; // read here, in the scope of the whole test
        return entry;
    }

    /// <summary>Skips the test where there is no folder.</summary>
    public static void Need() => Assert.SkipUnless(
        Has, $"No snapshots: {Variable} names no folder with a manifest.json, and there is none at {Folder}.");

    /// <summary>The snapshot that an entry's configuration names, such as hub/models--declare-lab--tango2, or a plain folder.</summary>
    public static Snapshot Of(ParityFixture entry, string key = "snapshot") => Find((string)entry.Config[key]!);

    /// <summary>A snapshot by its path in the set.</summary>
    public static Snapshot Find(string path)
    {
        const string Mark = "models--";
        var (above, name) = (Path.GetDirectoryName(path) ?? "", Path.GetFileName(path));
        if (!name.StartsWith(Mark, StringComparison.Ordinal)) return new(At(path));
        return new HubCache(At(above)).Find(name[Mark.Length..].Replace("--", "/", StringComparison.Ordinal))
            ?? throw new DirectoryNotFoundException($"{At(path)} is not in the hub's cache there.");
    }

    /// <summary>A list of strings of an entry's configuration, such as its prompts.</summary>
    public static string[] Strings(this ParityFixture entry, string key) =>
        [.. entry.Config[key]!.AsArray().Select(s => (string)s!)];
}
