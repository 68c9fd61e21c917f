using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tango2.Checkpoints;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 inspect</c>: what a checkpoint holds, from its header alone.</summary>
public static class InspectVerb
{
    /// <summary>The verb.</summary>
    public static Command Build()
    {
        var path = new Argument<string>("checkpoint")
        {
            Description = "A .safetensors file, the .index.json of a sharded one, or PyTorch's .bin, .pt or .ckpt.",
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
            table.AddRow(Markup.Escape(name), Markup.Escape($"[{string.Join(", ", entry.Shape)}]"), entry.Type.ToString(),
                (entry.Bytes / 1024.0).ToString("#,0.0", CultureInfo.InvariantCulture));
        }
        var console = AnsiConsole.Create(new() { Out = new AnsiConsoleOutput(output), Ansi = AnsiSupport.No });
        console.Profile.Width = Math.Max(console.Profile.Width, 160);
        console.Write(table);
        foreach (var (key, value) in reader.Metadata) output.WriteLine($"{key}: {value}");
        output.WriteLine($"{reader.Format}: {Total([.. reader.Entries.Values])}");
        PrintNetworks(reader, output);
        return 0;
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
        {
            var own = layout.KeysOf(network.Network, keys).Values.Distinct().Select(k => reader.Entries[k]).ToArray();
            output.WriteLine(own.Length > 0
                ? $"  {network.Network}: {Total(own)}"
                : $"  {network.Network}: nothing to load, all of it is computed or absent");
        }
        if (layout.Unclaimed(keys) is { Count: > 0 } others)
            output.WriteLine($"  of no network, so strict loading refuses it: {string.Join(", ", others.Take(10))}" +
                (others.Count > 10 ? $" and {others.Count - 10} more" : ""));
    }

    private static string Total(CheckpointEntry[] entries) => FormattableString.Invariant(
        $"{entries.Length:#,0} tensors, {entries.Sum(e => e.Count):#,0} numbers, ") + FormattableString.Invariant(
        $"{entries.Sum(e => e.Bytes) / 1048576.0:#,0.0} MiB");
}
