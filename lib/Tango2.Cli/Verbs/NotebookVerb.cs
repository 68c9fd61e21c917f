using System.CommandLine;
using Tango2.Cli.Notebooks;
using Tango2.Files;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 notebook run</c>: executes notebooks headless.</summary>
public static class NotebookVerb
{
    /// <summary>The verb.</summary>
    public static Command Build() => new("notebook", "Run notebooks without a notebook host.") { Run(), Execute() };

    private static Command Run()
    {
        var paths = new Argument<string[]>("paths")
        {
            Description = "Notebooks (.ipynb), run in this order.",
            Arity = ArgumentArity.OneOrMore,
        };
        var folder = new Option<string>("--out")
        {
            Description = "Folder for the executed notebooks (default: out/notebooks of the repository).",
        };
        var parameters = Parameters();
        var noPublish = new Option<bool>("--no-publish")
        {
            Description = "Use the published library as it is, without building it first.",
        };
        var command = new Command("run", "Execute notebooks, each in its own process, and write them with outputs.")
        {
            paths, folder, parameters, noPublish,
        };
        command.SetAction(async (result, cancellation) =>
        {
            if (result.GetValue(folder) is { } chosen) AtomicFile.CheckFolder(chosen, "--out");
            var notebooks = result.GetRequiredValue(paths);
            foreach (var path in notebooks) NotebookFile.Load(path);
            var root = Repository.Root;
            if (!result.GetValue(noPublish)) await PublishedLibrary.Publish(root, cancellation);
            var outFolder = result.GetValue(folder) ?? Path.Combine(root, "out", "notebooks");
            var results = await NotebookBatch.Run(
                notebooks, outFolder, Parsed(result.GetValue(parameters)), cancellation);
            NotebookBatch.Print(results);
            return results.All(r => r.Error is null) ? 0 : 1;
        });
        return command;
    }

    /// <summary>What <c>run</c> starts in a process of its own; not for people.</summary>
    private static Command Execute()
    {
        var path = new Argument<string>("path");
        var executed = new Argument<string>("executed");
        var parameters = Parameters();
        var command = new Command("execute", "Run one notebook in this process.") { path, executed, parameters };
        command.Hidden = true;
        command.SetAction((result, _) => NotebookRunner.Child(
            result.GetRequiredValue(path), result.GetRequiredValue(executed), Parsed(result.GetValue(parameters))));
        return command;
    }

    private static Option<string[]> Parameters() => new("--param")
    {
        Description = "name=value, for the notebook's cell tagged 'parameters'; may be given several times.",
    };

    private static Dictionary<string, string> Parsed(string[]? parameters) => (parameters ?? [])
        .Select(text => text.Split('=', 2) is [{ Length: > 0 } name, var value]
            ? (name, value)
            : throw new ArgumentException($"--param must be name=value, but is '{text}'."))
        .ToDictionary(pair => pair.name, pair => pair.value);
}
