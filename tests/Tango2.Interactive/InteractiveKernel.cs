using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.CSharp;
using Microsoft.DotNet.Interactive.Events;
using Microsoft.DotNet.Interactive.PackageManagement;

namespace Tango2.Interactive;

/// <summary>The C# kernel of .NET Interactive in this process, as Jupyter and VS Code have it; one for each notebook.</summary>
internal sealed class InteractiveKernel : IDisposable
{
    // Without a rule for #r "nuget:…" the kernel loses lines of #r "path" that follow an import.
    private readonly CompositeKernel _kernel =
        [new CSharpKernel().UseNugetDirective((_, _) => Task.CompletedTask).UseKernelHelpers()];

    public InteractiveKernel()
    {
        _kernel.DefaultKernelName = "csharp";
        _kernel.UseImportMagicCommand();
    }

    public void Dispose() => _kernel.Dispose();

    /// <summary>Runs a cell; paths in it start from the current folder.</summary>
    /// <returns>What it shows, as nbformat's outputs, and the error that ended it, or null.</returns>
    public async Task<CellRun> Run(string code, CancellationToken cancellation)
    {
        var result = await _kernel.SendAsync(new SubmitCode(code), cancellation);
        var outputs = result.Events.Select(Output).OfType<Output>().ToArray();
        var failed = result.Events.OfType<CommandFailed>().FirstOrDefault();
        return new(outputs, failed?.Message);
    }

    private static Output? Output(KernelEvent told) => told switch
    {
        StandardOutputValueProduced text => new("stdout", Faces(text)),
        StandardErrorValueProduced text => new("stderr", Faces(text)),
        DisplayEvent shown => new("shown", Faces(shown)),
        _ => null,
    };

    private static Dictionary<string, string> Faces(DisplayEvent shown) =>
        shown.FormattedValues.ToDictionary(face => face.MimeType, face => face.Value);
}

/// <summary>What a cell gave in a host.</summary>
/// <param name="Outputs">What it shows, in order.</param>
/// <param name="Error">The error that ended it, or null.</param>
internal sealed record CellRun(IReadOnlyList<Output> Outputs, string? Error);
