namespace Tango2.Checkpoints;

/// <summary>The checkpoint that a folder stands for.</summary>
internal static class CheckpointFolder
{
    private const int Named = 8; // in a message

    private static readonly string[] Endings = [".safetensors", ".bin", ".pt", ".pth", ".ckpt"];

    /// <summary>The folder's index, whose shards lie beside it; or else its only checkpoint.</summary>
    public static string Only(string folder)
    {
        var names = Directory.GetFiles(folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal).ToArray();
        string[] found = [.. names.Where(IsIndex)];
        if (found.Length == 0)
            found = [.. names.Where(n => Endings.Any(e => n.EndsWith(e, StringComparison.OrdinalIgnoreCase)))];
        return found switch
        {
            [var only] => Path.Combine(folder, only),
            [] => throw new FileNotFoundException(
                $"The folder {folder} has no checkpoint: expected an index such as model.safetensors.index.json, " +
                $"or a file that ends with {string.Join(", ", Endings)}.", folder),
            _ => throw new InvalidDataException($"The folder {folder} has {found.Length} checkpoints; name one of them: " +
                string.Join(", ", found.Take(Named)) + (found.Length > Named ? ", and others." : ".")),
        };
    }

    // Also of a variant, such as model.safetensors.index.fp16.json.
    private static bool IsIndex(string name) =>
        name.EndsWith(".json", StringComparison.OrdinalIgnoreCase) &&
        name.Contains(".index.", StringComparison.OrdinalIgnoreCase);
}
