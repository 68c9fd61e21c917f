using System.Diagnostics;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Tango2.Notebooks;

/// <summary>The state of one notebook: C# script submissions, each seeing the variables and usings before it.</summary>
internal sealed class Kernel
{
    private const int MostSubmissions = 4096;

    private static readonly string[] Imports =
        ["System", "System.Text", "System.Collections", "System.Collections.Generic", "System.Threading.Tasks",
         "System.Linq"];

    private static readonly CSharpParseOptions Parsing =
        new(LanguageVersion.Latest, DocumentationMode.None, SourceCodeKind.Script);

    private readonly KernelAssemblies _assemblies = new();
    private readonly CSharpCompilationOptions _options;
    private readonly object?[] _states = new object?[MostSubmissions];
    private CSharpCompilation? _previous;
    private int _count;

    /// <summary>An empty state that sees the framework.</summary>
    public Kernel() => _options = new(
        OutputKind.DynamicallyLinkedLibrary,
        usings: Imports,
        optimizationLevel: OptimizationLevel.Debug, // Optimised code reports the wrong line of an exception.
        metadataReferenceResolver: new ScriptReferences(_assemblies),
        assemblyIdentityComparer: DesktopAssemblyIdentityComparer.Default);

    /// <summary>Runs a cell, its imports first, and returns the value of its last expression (or null).</summary>
    /// <param name="place">How errors name the cell, for example <c>00-start-here[cell 3]</c>.</param>
    /// <param name="text">The cell.</param>
    /// <param name="folder">The folder that paths of <c>#!import</c> start from.</param>
    /// <exception cref="CellException">The cell does not compile or throws.</exception>
    public async Task<object?> RunCell(string place, string text, string folder)
    {
        var source = CellSource.Parse(place, text, isScript: false);
        await RunImports(source, place, folder);
        return await Submit(place, place, source.Code);
    }

    private async Task RunImports(CellSource source, string place, string folder)
    {
        foreach (var (name, line) in source.Imports)
        {
            var path = Path.GetFullPath(name, folder);
            if (!File.Exists(path))
                throw new CellException(place, line, "CompilationError", $"#!import: there is no file {path}.");
            var imported = CellSource.Parse(Path.GetFileName(path), await File.ReadAllTextAsync(path), isScript: true);
            await RunImports(imported, Path.GetFileName(path), Path.GetDirectoryName(path)!);
            await Submit(Path.GetFileName(path), path, imported.Code);
        }
    }

    private async Task<object?> Submit(string place, string path, string code)
    {
        if (_count + 2 >= MostSubmissions)
            throw new InvalidOperationException($"A notebook may have {MostSubmissions} submissions at most.");
        var name = $"tango2-cell-{++_count}";
        var tree = CSharpSyntaxTree.ParseText(SourceText.From(code, Encoding.UTF8), Parsing, path);
        var compilation = CSharpCompilation.CreateScriptCompilation(
            name, tree, _previous is null ? ScriptReferences.Framework : [], _options, _previous, typeof(object));
        using var image = new MemoryStream();
        using var symbols = new MemoryStream();
        var emitted = compilation.Emit(
            image, symbols, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb));
        if (emitted.Diagnostics.Any(d => d.Severity == DiagnosticSeverity.Error))
            throw Wrong(place, emitted.Diagnostics);
        _previous = compilation;
        if (!emitted.Success) return null; // Usings and comments only: nothing to run, yet later cells see the usings.
        var entry = compilation.GetEntryPoint(CancellationToken.None)
            ?? throw new InvalidOperationException($"{place} compiled to no entry point.");
        var method = _assemblies.LoadCell(name, image, symbols)
            .GetType(entry.ContainingType.MetadataName, throwOnError: true)!
            .GetMethod(entry.MetadataName,
                System.Reflection.BindingFlags.Static | System.Reflection.BindingFlags.Public |
                System.Reflection.BindingFlags.NonPublic)!;
        try
        {
            return await method.CreateDelegate<Func<object?[], Task<object?>>>()(_states);
        }
        catch (Exception error) when (error is not CellException)
        {
            throw Thrown(place, path, error);
        }
    }

    private static CellException Wrong(string place, IEnumerable<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).OrderBy(Line).ToArray();
        // A missing #r makes every name after it unknown; the reader needs the first cause, not the flood.
        var first = errors.FirstOrDefault(d => d.Id == "CS0006") ?? errors[0];
        var hint = first.Id == "CS0006"
            ? " Publish the library first: dotnet publish lib/Tango2.Mini -c Release -r linux-x64 -o out/publish."
            : "";
        var more = errors.Length > 1 ? $" (and {errors.Length - 1} more)" : "";
        return new(place, Line(first), "CompilationError", $"{first.Id}: {first.GetMessage()}{hint}{more}");
    }

    private static int Line(Diagnostic diagnostic) => diagnostic.Location.GetLineSpan().StartLinePosition.Line + 1;

    private static CellException Thrown(string place, string path, Exception error)
    {
        var cause = error is AggregateException { InnerExceptions.Count: 1 } or System.Reflection.TargetInvocationException
            or TypeInitializationException ? error.InnerException ?? error : error;
        var line = new StackTrace(error, fNeedFileInfo: true).GetFrames()
            .Concat(new StackTrace(cause, fNeedFileInfo: true).GetFrames())
            .Where(frame => frame.GetFileName() == path)
            .Select(frame => frame.GetFileLineNumber())
            .FirstOrDefault(number => number > 0);
        return new(place, Math.Max(1, line), cause.GetType().Name, $"{cause.GetType().Name}: {cause.Message}", cause);
    }
}

/// <summary>A cell that does not compile or throws; the message begins with <c>notebook[cell n]:line m</c>.</summary>
internal sealed class CellException(string place, int line, string kind, string detail, Exception? inner = null)
    : Exception($"{place}:line {line}: {detail}", inner)
{
    /// <summary>The kind of error: an exception's type name, or CompilationError.</summary>
    public string Kind { get; } = kind;
}
