using System.CommandLine;
using Spectre.Console;
using Tango2.Files;
using Tango2.Hub;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 fetch</c>: downloads published models into the hub's cache, the only thing here that downloads.</summary>
internal static class FetchVerb
{
    public static Command Build()
    {
        var names = new Argument<string[]>("names")
        {
            Description = "Names that `tango2 models` lists, or repositories of the hub: owner/name, datasets/owner/name.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var revision = new Option<string>("--revision")
        {
            Description = "A branch, a tag, a commit or one such as refs/pr/1, of one repository.",
            DefaultValueFactory = _ => "main",
        };
        var dryRun = new Option<bool>("--dry-run") { Description = "Tell what would be fetched, with sizes and licences; fetch nothing." };
        var yes = new Option<bool>("--yes") { Description = "Do not ask before files that are for non-commercial use only." };
        var locked = new Option<string?>("--lock")
        {
            Description = $"Fetch what a {LockFile.Name} names, at its commits, and compare every byte's hash.",
        };
        var command = new Command(
            "fetch", "Download published models into the hub's cache; a fetch that was stopped goes on where it was.")
        {
            names, revision, dryRun, yes, locked,
        };
        command.SetAction((result, cancellation) => Run(
            new(result.GetValue(names) ?? [], result.GetRequiredValue(revision), result.GetValue(dryRun), result.GetValue(yes),
                result.GetValue(locked)),
            HubSettings.FromEnvironment(), result.InvocationConfiguration.Output, cancellation));
        return command;
    }

    /// <summary>What the caller asks for.</summary>
    internal sealed record Request(string[] Names, string Revision = "main", bool DryRun = false, bool Yes = false, string? Lock = null);

    internal static async Task<int> Run(Request request, HubSettings settings, TextWriter output, CancellationToken cancellation)
    {
        var cache = HubCache.FromEnvironment();
        var wanted = Wanted(request);
        if (settings.Offline) return Offline(wanted, request.Lock, cache, output);
        using var fetcher = new Fetcher(cache, settings);
        var plans = await Plans(wanted, fetcher, cancellation);
        Show(plans, request.DryRun, cache, settings, output);
        if (request.DryRun) return 0;
        if (!await Accepted(plans, request.Yes, output, cancellation))
        {
            output.WriteLine("Nothing was fetched.");
            return 1;
        }
        await FetchDisplay.Run(progress => fetcher.Fetch([.. plans.Select(p => p.Plan)], progress, cancellation));
        foreach (var (target, plan) in plans)
        {
            output.WriteLine($"{target.Name}: {plan.Folder}");
            foreach (var file in target.ByHand.Where(f => !File.Exists(Path.Combine(plan.Folder, f))))
                output.WriteLine($"{target.Name}: {file} is given to browsers only: get it at {target.Page} and put it there.");
        }
        if (request.Lock is not null) LockFile.Verify(request.Lock, cache);
        return 0;
    }

    private static IReadOnlyList<FetchTarget> Wanted(Request request)
    {
        if (request.Lock is not null)
            return request.Names.Length == 0 ? FetchTarget.OfLock(request.Lock)
                : throw new ArgumentException("--lock names all that is fetched: give no other names.");
        if (request.Names.Length == 0)
            throw new ArgumentException("Name what to fetch: `tango2 models` lists the names; a repository is owner/name.");
        if (request.Names.Length > 1 && request.Revision != "main")
            throw new ArgumentException("--revision belongs to one repository: fetch them one by one.");
        return [.. request.Names.Distinct().SelectMany(name => FetchTarget.Named(name, request.Revision))];
    }

    private static int Offline(IReadOnlyList<FetchTarget> wanted, string? locked, HubCache cache, TextWriter output)
    {
        foreach (var target in wanted)
        {
            var folder = target.WholeIn(cache) ?? throw new IOException(
                $"HF_HUB_OFFLINE is set, and {target.Name} is not whole in {cache.Folder}: unset it to fetch.");
            output.WriteLine($"{target.Name}: {folder}");
        }
        if (locked is not null) LockFile.Verify(locked, cache);
        output.WriteLine("HF_HUB_OFFLINE is set: whether the hub has newer files was not asked.");
        return 0;
    }

    private static async Task<List<(FetchTarget Target, FetchPlan Plan)>> Plans(
        IReadOnlyList<FetchTarget> wanted, Fetcher fetcher, CancellationToken cancellation)
    {
        var plans = new List<(FetchTarget, FetchPlan)>();
        foreach (var target in wanted.DistinctBy(t => (t.Repository ?? t.Name, t.Revision, string.Join('\n', t.Files ?? []))))
        {
            try
            {
                plans.Add((target, await target.Plan(fetcher, cancellation)));
            }
            catch (FileNotFoundException error) when (target.For is not null)
            {
                Warnings.Give($"{error.Message} {target.For} needs it for {target.Purpose}.");
            }
        }
        return plans;
    }

    private static void Show(
        List<(FetchTarget Target, FetchPlan Plan)> plans, bool all, HubCache cache, HubSettings settings, TextWriter output)
    {
        foreach (var (target, plan) in plans)
        {
            output.WriteLine(plan.Commit is null ? target.Name : $"{target.Name}: {plan.Name}, {plan.Revision}"
                + (plan.Revision == plan.Commit ? "" : $" ({plan.Commit[..10]})"));
            output.WriteLine($"  Licence: {target.LicenceText(plan)}");
            if (plan.Files.Where(f => f.Hash is null).Select(f => f.Name).ToArray() is { Length: > 0 } unsure)
                output.WriteLine($"  Nobody publishes a hash of {string.Join(", ", unsure)}: what comes cannot be checked.");
            if (all) Files(plan, output);
            if (all && plan.Left.Count > 0) output.WriteLine($"  Left: {string.Join(", ", plan.Left)}");
        }
        var missing = plans.Sum(p => p.Plan.Missing);
        var unknown = plans.Any(p => p.Plan.Files.Any(f => !f.IsHere && f.Size is null))
            ? ", and files whose size their servers do not tell" : "";
        output.WriteLine(
            $"{plans.Sum(p => p.Plan.Files.Count)} files; {ByteText.Of(missing)} to fetch{unknown} into {cache.Folder}, whose disk "
            + $"has room for {ByteText.Of(settings.FreeBytes(cache.Folder))}.");
    }

    private static void Files(FetchPlan plan, TextWriter output)
    {
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("file").NoWrap())
            .AddColumn(new TableColumn("size").RightAligned()).AddColumn("on this disk");
        foreach (var file in plan.Files)
            table.AddRow(Markup.Escape(file.Name), ByteText.Of(file.Size),
                file.IsHere ? "whole" : file.Have > 0 ? $"the first {ByteText.Of(file.Have)}" : "nothing");
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = Math.Max(console.Profile.Width, 120);
        console.Write(table);
    }

    /// <summary>Asks where somebody can answer; elsewhere, the call is the answer, and that is said.</summary>
    private static async Task<bool> Accepted(
        List<(FetchTarget Target, FetchPlan Plan)> plans, bool yes, TextWriter output, CancellationToken cancellation)
    {
        var bound = plans.Where(p => p.Target.IsNonCommercial(p.Plan) && p.Plan.Files.Any(f => !f.IsHere))
            .Select(p => p.Target.Name).ToArray();
        if (bound.Length == 0 || yes) return true;
        var what = $"{string.Join(", ", bound)}: for non-commercial use only";
        if (Console.IsInputRedirected || Console.IsErrorRedirected)
        {
            output.WriteLine($"{what}. Not asked, since no terminal is here: who fetches accepts the licence.");
            return true;
        }
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(Console.Error) });
        return await new ConfirmationPrompt(Markup.Escape($"{what}. Fetch under this licence?")) { DefaultValue = false }
            .ShowAsync(console, cancellation);
    }
}
