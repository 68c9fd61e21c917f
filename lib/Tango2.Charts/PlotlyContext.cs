using System.Reflection;
using System.Runtime.Loader;

namespace Tango2.Charts;

/// <summary>
/// Where Plotly.NET lives: a load context of its own over the folder plotly beside this assembly. Its FSharp.Core is
/// newer than the one of the .NET Interactive kernel, and nothing outside of this context ever sees it.
/// </summary>
/// <remarks>
/// The context holds a second copy of this assembly, whose <see cref="PlotlyDrawing"/> finds Plotly.NET. The first copy
/// never touches that class, and talks to the second in strings.
/// </remarks>
internal sealed class PlotlyContext() : AssemblyLoadContext("Plotly.NET")
{
    private static readonly string Own = typeof(PlotlyContext).Assembly.Location;

    private static readonly string Folder = Path.Combine(Path.GetDirectoryName(Own)!, "plotly");

    private static readonly Lazy<(Func<string, string> Draw, Func<string> Script)> Inner = new(Load);

    /// <summary>A chart's text in, plotly.js's document out.</summary>
    public static string Draw(string chart) => Inner.Value.Draw(chart);

    /// <summary>The text of plotly.js.</summary>
    public static string Script() => Inner.Value.Script();

    /// <inheritdoc/>
    protected override Assembly? Load(AssemblyName assemblyName)
    {
        var path = Path.Combine(Folder, assemblyName.Name + ".dll");
        return File.Exists(path) ? LoadFromAssemblyPath(path) : null;
    }

    private static (Func<string, string>, Func<string>) Load()
    {
        if (!File.Exists(Path.Combine(Folder, "Plotly.NET.dll")))
        {
            throw new FileNotFoundException(
                $"Charts need {Folder} with Plotly.NET.dll and what it needs: build or publish again.");
        }
        var drawing = new PlotlyContext().LoadFromAssemblyPath(Own)
            .GetType(typeof(PlotlyDrawing).FullName!, throwOnError: true)!;
        return (Method<Func<string, string>>(nameof(PlotlyDrawing.Draw)),
            Method<Func<string>>(nameof(PlotlyDrawing.Script)));

        T Method<T>(string name) where T : Delegate => drawing.GetMethod(name)!.CreateDelegate<T>();
    }
}
