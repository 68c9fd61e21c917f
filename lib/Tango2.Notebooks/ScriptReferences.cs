using System.Collections.Immutable;
using Microsoft.CodeAnalysis;

namespace Tango2.Notebooks;

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
