using System.CommandLine;
using System.Text.Json;
using Spectre.Console;
using Tango2.Hub;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 models</c>: the published models that the method uses, and which are on this disk. Asks no server.</summary>
internal static class ModelsVerb
{
    private static readonly JsonSerializerOptions Form = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
    };

    public static Command Build()
    {
        var json = new Option<bool>("--json") { Description = "Print JSON, for programs." };
        var command = new Command("models", "List the published models that the method uses, with what is on this disk.") { json };
        command.SetAction(result => Print(HubCache.FromEnvironment(), result.GetValue(json), result.InvocationConfiguration.Output));
        return command;
    }

    internal static int Print(HubCache cache, bool asJson, TextWriter output)
    {
        var rows = Catalogue.All.Select(entry => (Entry: entry, State: entry.StateIn(cache))).ToArray();
        if (asJson)
        {
            output.WriteLine(JsonSerializer.Serialize(rows.Select(row => new
            {
                row.Entry.Name,
                row.Entry.Repository,
                FilesHere = row.State.Here,
                Files = row.State.All,
                BytesHere = row.State.Bytes,
                row.Entry.Size,
                row.Entry.Licence,
                row.Entry.NonCommercial,
                row.Entry.Purpose,
                row.Entry.Page,
            }), Form));
            return 0;
        }
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("name").NoWrap())
            .AddColumn(new TableColumn("on this disk").NoWrap()).AddColumn(new TableColumn("size").NoWrap().RightAligned())
            .AddColumn("licence").AddColumn("for");
        foreach (var (entry, (here, all, bytes)) in rows)
            table.AddRow(
                entry.Name, here == all ? "complete" : here == 0 ? "-" : $"{here} of {all} files",
                ByteText.Of(here == all ? bytes : entry.Size),
                Markup.Escape(entry.Licence + (entry.NonCommercial ? ", non-commercial" : "")), Markup.Escape(entry.Purpose));
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = Math.Max(console.Profile.Width, 160);
        console.Write(table);
        output.WriteLine($"In {cache.Folder}. Fetch one with `tango2 fetch NAME`; `--dry-run` tells its sizes first. ?: no source tells.");
        foreach (var (entry, _) in rows.Where(row => row.Entry.Plain.Any(f => f.Address is null)))
            output.WriteLine(
                $"{entry.Name}: {string.Join(", ", entry.Plain.Where(f => f.Address is null).Select(f => f.Name))} is given to browsers "
                + $"only: {entry.Page}; put it into {cache.PlainFolderOf(entry.Name)}.");
        return 0;
    }
}
