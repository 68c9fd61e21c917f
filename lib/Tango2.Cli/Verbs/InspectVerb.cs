using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tango2.Checkpoints;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 inspect</c>: what a checkpoint holds, from its header alone.</summary>
internal static class InspectVerb
{
    public static Command Build()
    {
        var path = new Argument<string>("checkpoint")
        {
            Description = "A .safetensors file, PyTorch's .bin, .pt or .ckpt, the .index.json of a model in several of them, " +
                "or a folder with one of these.",
        };
        var command = new Command(
            "inspect", "List the tensors of a checkpoint: names, shapes, types, sizes, and which network they fill.")
        {
            path,
        };
        command.SetAction(result => Print(result.GetRequiredValue(path), result.InvocationConfiguration.Output));
        return command;
    }

    internal static int Print(string path, TextWriter output)
    {
        using var reader = CheckpointReader.Open(path);
        var table = new Table().Border(TableBorder.Simple).AddColumn(new TableColumn("tensor").NoWrap()).AddColumn("shape")
            .AddColumn("type").AddColumn(new TableColumn("KiB").RightAligned());
        foreach (var (name, entry) in reader.Entries.OrderBy(e => e.Key, StringComparer.Ordinal))
        {
            table.AddRow(Markup.Escape(name), Markup.Escape($"[{string.Join(", ", entry.Shape)}]"), Markup.Escape(entry.Type.Name),
                entry.Bytes is { } bytes ? (bytes / 1024.0).ToString("#,0.0", CultureInfo.InvariantCulture) : "?");
        }
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = Math.Max(console.Profile.Width, 160);
        console.Write(table);
        foreach (var (key, value) in reader.Metadata) output.WriteLine($"{key}: {value}");
        output.WriteLine($"{reader.Format}: {Total([.. reader.Entries.Values])}");
        PrintOthers(reader, output);
        PrintNetworks(reader, output);
        return 0;
    }

    /// <summary>What is in the file and cannot be loaded from it.</summary>
    private static void PrintOthers(CheckpointReader reader, TextWriter output)
    {
        foreach (var type in reader.Entries.Values.Where(e => e.Type.Loads is null).GroupBy(e => e.Type.Name)
            .OrderBy(t => t.Key, StringComparer.Ordinal))
            output.WriteLine($"Of type {type.Key}, which is listed but cannot be loaded: {Listed(type.Select(e => e.Key))}");
        if (reader.PassedOver.Count > 0)
            output.WriteLine($"Objects beside tensors, passed over and never run: {Listed(reader.PassedOver)}");
    }

    private static void PrintNetworks(CheckpointReader reader, TextWriter output)
    {
        var keys = reader.Entries.Keys.ToHashSet();
        if (ForeignLayouts.Recognise(keys) is not { } layout)
        {
            output.WriteLine("The keys are of no layout that this library knows.");
            return;
        }
        output.WriteLine($"Layout: {layout.Name}" + (layout.Config is { } config ? $"; its sizes are in {config}" : ""));
        foreach (var network in layout.Networks)
            output.WriteLine($"  {network.Network}: {Content(reader, layout, network.Network, keys)}");
        if (layout.Unclaimed(keys) is { Count: > 0 } others)
            output.WriteLine($"  of no network, so strict loading refuses it: {Listed(others)}");
    }

    private static string Content(
        CheckpointReader reader, ForeignLayout layout, string network, IReadOnlyCollection<string> keys)
    {
        try
        {
            var own = layout.KeysOf(network, keys).Values.Distinct().Select(k => reader.Entries[k]).ToArray();
            return own.Length > 0 ? Total(own) : "nothing to load, all of it is computed or absent";
        }
        catch (InvalidDataException e) // Two keys are one of the network's.
        {
            return $"strict loading refuses it: {e.Message}";
        }
    }

    private static string Listed(IEnumerable<string> names)
    {
        var all = names.Order(StringComparer.Ordinal).ToArray();
        return string.Join(", ", all.Take(10)) + (all.Length > 10 ? $" and {all.Length - 10} more" : "");
    }

    private static string Total(CheckpointEntry[] entries) => FormattableString.Invariant(
        $"{entries.Length:#,0} tensors, {entries.Sum(e => e.Count):#,0} numbers, ") + FormattableString.Invariant(
        $"{entries.Sum(e => e.Bytes ?? 0) / 1048576.0:#,0.0} MiB{(entries.Any(e => e.Bytes is null) ? " and more" : "")}");
}
