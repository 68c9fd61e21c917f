using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;

namespace Tango2.Notebooks;

/// <summary>Where a notebook's code lives: its cells, and the folders its <c>#r</c> named, before the runner's own.</summary>
/// <remarks>
/// The process has libraries of the runner, Tango2.Files among them, that the published library has too, perhaps of
/// another build. In the default context the runner's would be taken for both; so cells and libraries share this one,
/// which turns to the default for what no folder holds: the framework.
/// </remarks>
internal sealed class KernelAssemblies() : AssemblyLoadContext("notebook")
{
    private readonly List<string> _folders = [];
    private readonly Dictionary<string, Assembly> _cells = [];

    /// <summary>Adds a folder to search, for instance that of the published library.</summary>
    public void AddFolder(string folder)
    {
        if (!_folders.Contains(folder)) _folders.Add(folder);
    }

    /// <summary>The path of the assembly of that simple name in the added folders; null if there is none.</summary>
    public string? Find(string name) =>
        _folders.Select(folder => Path.Combine(folder, name + ".dll")).FirstOrDefault(File.Exists);

    /// <summary>Loads a compiled cell with its debug information.</summary>
    public Assembly LoadCell(string name, MemoryStream image, MemoryStream symbols)
    {
        (image.Position, symbols.Position) = (0, 0);
        return _cells[name] = LoadFromStream(image, symbols);
    }

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        if (_cells.TryGetValue(assemblyName.Name!, out var cell)) return cell;
        return Find(assemblyName.Name!) is { } path ? LoadFromAssemblyPath(path) : null;
    }
}

/// <summary>Finds what <c>#r</c> names: files beside the script only, never the runner's own references.</summary>
internal sealed class ScriptReferences(KernelAssemblies assemblies) : MetadataReferenceResolver
{
    /// <summary>The framework's assemblies: all that a notebook sees before it imports setup.csx.</summary>
    public static IReadOnlyList<MetadataReference> Framework { get; } =
        [.. Directory.EnumerateFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "*.dll")
            .Where(IsManaged)
            .Select(path => MetadataReference.CreateFromFile(path))];

    /// <inheritdoc/>
    public override bool ResolveMissingAssemblies => true;

    /// <inheritdoc/>
    public override PortableExecutableReference? ResolveMissingAssembly(
        MetadataReference definition, AssemblyIdentity referenceIdentity) =>
        assemblies.Find(referenceIdentity.Name) is { } path ? MetadataReference.CreateFromFile(path) : null;

    /// <inheritdoc/>
    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        var folder = Path.GetDirectoryName(baseFilePath) is { Length: > 0 } own ? own : Environment.CurrentDirectory;
        var path = Path.GetFullPath(reference, Path.GetFullPath(folder));
        if (!File.Exists(path)) return [];
        assemblies.AddFolder(Path.GetDirectoryName(path)!);
        return [MetadataReference.CreateFromFile(path, properties)];
    }

    /// <inheritdoc/>
    public override bool Equals(object? other) => ReferenceEquals(this, other);

    /// <inheritdoc/>
    public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

    private static bool IsManaged(string path)
    {
        using var stream = File.OpenRead(path);
        using var image = new System.Reflection.PortableExecutable.PEReader(stream);
        try
        {
            return image.HasMetadata;
        }
        catch (BadImageFormatException)
        {
            return false;
        }
    }
}
