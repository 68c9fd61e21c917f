using System.CommandLine;
using System.Globalization;
using Spectre.Console;
using Tango2.Checkpoints;
using TorchSharp;

namespace Tango2.Cli.Verbs;

/// <summary><c>tango2 inspect</c>: what a checkpoint holds.</summary>
public static class InspectVerb
{
    /// <summary>The verb.</summary>
    public static Command Build()
    {
        var path = new Argument<string>("checkpoint") { Description = "A .safetensors file, or PyTorch's .bin, .pt or .ckpt." };
        var command = new Command("inspect", "List the tensors of a checkpoint: names, shapes, types, sizes.") { path };
        command.SetAction(result => Print(result.GetRequiredValue(path)));
        return command;
    }

    private static int Print(string path)
    {
        if (!File.Exists(path)) throw new FileNotFoundException($"There is no checkpoint {path}.", path);
        var safe = path.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase);
        using var scope = torch.NewDisposeScope();
        var tensors = safe ? SafeTensors.Read(path) : TorchPickle.Read(path);
        var table = new Table().Border(TableBorder.Simple).AddColumn("tensor").AddColumn("shape").AddColumn("type")
            .AddColumn(new TableColumn("KiB").RightAligned());
        foreach (var (name, tensor) in tensors)
        {
            table.AddRow(Markup.Escape(name), Markup.Escape($"[{string.Join(", ", tensor.shape)}]"), tensor.dtype.ToString(),
                (Bytes(tensor) / 1024.0).ToString("#,0.0", CultureInfo.InvariantCulture));
        }
        AnsiConsole.Write(table);
        if (safe)
        {
            foreach (var (key, value) in SafeTensors.ReadMetadata(path)) Console.WriteLine($"{key}: {value}");
        }
        Console.WriteLine(FormattableString.Invariant(
            $"{tensors.Count:#,0} tensors, {tensors.Values.Sum(t => t.numel()):#,0} numbers, {tensors.Values.Sum(Bytes) / 1048576.0:#,0.0} MiB"));
        return 0;
    }

    private static long Bytes(torch.Tensor tensor) => tensor.numel() * tensor.element_size();
}
