using System.CommandLine;
using Microsoft.CodeAnalysis.CSharp;
using Tango2.Notebooks;
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
        var timeout = Timeout();
        var command = new Command("run", "Execute notebooks, each in its own process, and write them after each cell.")
        {
            paths, folder, parameters, timeout, noPublish,
        };
        command.SetAction(async (result, cancellation) =>
        {
            if (result.GetValue(folder) is { } chosen) AtomicFile.CheckFolder(chosen, "--out");
            var notebooks = result.GetRequiredValue(paths);
            var settings = new NotebookSettings(result.GetValue(folder) ?? Path.Combine(Repository.Root, "out", "notebooks"))
            {
                Parameters = Parsed(result.GetValue(parameters)),
                CellSeconds = result.GetValue(timeout),
            };
            NotebookBatch.Check(notebooks, settings);
            if (!result.GetValue(noPublish)) await PublishedLibrary.Publish(Repository.Root, cancellation);
            var results = await NotebookBatch.Run(notebooks, settings, cancellation);
            NotebookBatch.Print(results, Console.Out, Console.Error);
            return results.All(r => r.Error is null) ? 0 : 1;
        });
        return command;
    }

    /// <summary>What <c>run</c> starts in a process of its own; not for people.</summary>
    private static Command Execute()
    {
        var path = new Argument<string>("path");
        var pipe = new Argument<string>("pipe");
        var parameters = Parameters();
        var command = new Command("execute", "Run one notebook in this process.") { path, pipe, parameters };
        command.Hidden = true;
        command.SetAction((result, _) => NotebookRunner.Child(
            result.GetRequiredValue(path), result.GetRequiredValue(pipe), Parsed(result.GetValue(parameters))));
        return command;
    }

    /// <summary>How long a cell may take; infinite by default.</summary>
    internal static Option<double> Timeout() => Options.Real(
        "--timeout", "Seconds that one cell may take, its compilation included; one that takes longer is ended.",
        double.PositiveInfinity, seconds => seconds is > 0 and <= 1e6, "above 0 and at most 1000000");

    private static Option<string[]> Parameters() => new("--param")
    {
        Description = "name=value, for the notebook's cell tagged 'parameters'; may be given several times.",
    };

    private static Dictionary<string, string> Parsed(string[]? parameters)
    {
        var values = new Dictionary<string, string>();
        foreach (var text in parameters ?? [])
        {
            if (text.Split('=', 2) is not [var name, var value])
                throw new ArgumentException($"--param must be name=value, but is '{text}'.");
            if (!SyntaxFacts.IsValidIdentifier(name) || SyntaxFacts.GetKeywordKind(name) != SyntaxKind.None)
                throw new ArgumentException($"--param must begin with the name of a variable, but '{name}' in '{text}' is none.");
            if (!values.TryAdd(name, value))
                throw new ArgumentException($"--param gives {name} twice, '{values[name]}' and '{value}': give it once.");
        }
        return values;
    }
}
