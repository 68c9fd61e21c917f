using Tango2.Cli;

namespace Tango2.Tests.Snapshots;

/// <summary>A verb run in this process, as a person would type it.</summary>
internal static class Verb
{
    /// <summary>Its exit code, and what it wrote to standard error.</summary>
    public static async Task<(int Code, string Errors)> Run(params string[] arguments)
    {
        var (code, _, errors) = await Told(arguments);
        return (code, errors);
    }

    /// <summary>Its exit code, and what it wrote.</summary>
    public static async Task<(int Code, string Output, string Errors)> Told(params string[] arguments)
    {
        if (Where.Device.type != DeviceType.CPU && arguments is ["generate" or "score" or "evaluate", ..] && !arguments.Contains("--device"))
            arguments = [.. arguments, "--device", Where.Name];
        var (output, errors) = (new StringWriter(), new StringWriter());
        var (code, before) = (0, Console.Out);
        Console.SetOut(output);
        try
        {
            code = await Program.Run(arguments, errors);
        }
        finally
        {
            Console.SetOut(before);
        }
        return (code, output.ToString(), errors.ToString());
    }
}

/// <summary>A folder for as long as a test lasts.</summary>
internal sealed class ScratchFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("tango2-").FullName;

    public string At(params string[] names) => System.IO.Path.Combine([Path, .. names]);

    /// <summary>A folder in it with links to some files.</summary>
    public string Linked(string name, string from, IEnumerable<string> files)
    {
        Directory.CreateDirectory(At(name));
        foreach (var file in files) File.CreateSymbolicLink(At(name, file), System.IO.Path.Combine(from, file));
        return At(name);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
