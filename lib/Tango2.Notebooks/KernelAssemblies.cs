using System.Reflection;
using System.Runtime.Loader;

namespace Tango2.Notebooks;

/// <summary>Where a notebook's code lives: its cells, and the folders its <c>#r</c> named, before the runner's own.</summary>
/// <remarks>
/// The runner has a Tango2.dll of its own for the other verbs. Were the notebook's cells loaded beside it, types with
/// the same names would differ; so cells and libraries share this context, which asks the runner for nothing but the
/// framework.
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
