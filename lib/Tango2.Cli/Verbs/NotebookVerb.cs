using System.CommandLine;
using Tango2.Files;
using Tango2.Notebooks;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 notebook</c>: <c>run</c> executes notebooks headless, <c>clean</c> cleans those that another host ran.</summary>
internal static class NotebookVerb
{
    public static Command Build() =>
        new("notebook", "Run notebooks without a notebook host; clean those that another host ran.") { Run(), Clean() };

    private static Command Clean()
    {
        var paths = new Argument<string[]>("paths") { Description = "Notebooks (.ipynb).", Arity = ArgumentArity.OneOrMore };
        var command = new Command(
            "clean", "Remove the machine's addresses, execution counts and what hosts add; keep cells, outputs and ids.") { paths };
        command.SetAction(result =>
        {
            var clean = true;
            foreach (var path in result.GetRequiredValue(paths)) clean &= NotebookFile.Clean(path, Console.Out, Console.Error);
            return clean ? 0 : 1;
        });
        return command;
    }

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
        var parameters = new Option<string[]>("--param")
        {
            Description = "name=value, for the notebook's cell tagged 'parameters'; may be given several times.",
        };
        var noPublish = new Option<bool>("--no-publish")
        {
            Description = "Use the published library as it is, without building it first.",
        };
        var timeout = Options.CellSeconds();
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
                Parameters = NotebookParameters.Parse(result.GetValue(parameters) ?? []),
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
}
