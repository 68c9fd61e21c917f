namespace Tango2.Checkpoints;

/// <summary>The keys of a file, each beside what it is without the names that wrappers around a network leave in it.</summary>
internal sealed class CheckpointNames
{
    private const int DeepestFront = 4; // dictionaries around the weights

    // Of DataParallel and DistributedDataParallel, torch.compile, FSDP and its older form, activation checkpointing, and
    // Lightning Fabric. A network may be wrapped as a whole or in parts, so they stand anywhere in a key.
    private static readonly string[] Wrappers =
    [
        "module", "_orig_mod", "_fsdp_wrapped_module", "_fpw_module", "_checkpoint_wrapped_module", "_forward_module",
    ];

    // What programs call the dictionary with the weights, or the attribute with the network; averaged weights last.
    private static readonly string[] Fronts =
    [
        "state_dict", "model_state_dict", "model", "net", "network", "generator", "weights", "params",
        "ema", "ema_model", "model_ema", "ema_state_dict", "state_dict_ema", "params_ema",
    ];

    private readonly HashSet<string> _plain;
    private readonly string[] _fronts;

    public CheckpointNames(IEnumerable<string> keys)
    {
        All = [.. keys.Select(k => (WithoutWrappers(k), k))];
        _plain = [.. All.Select(k => k.Plain)];
        _fronts = [.. _plain.SelectMany(FrontsOf).Append("").Distinct().OrderBy(f => f.Contains("ema", StringComparison.Ordinal))
            .ThenBy(f => f.Count(c => c == '.')).ThenBy(f => f, StringComparer.Ordinal)];
    }

    /// <summary>Each key without wrappers' names, and as the file has it.</summary>
    public IReadOnlyList<(string Plain, string Key)> All { get; }

    /// <summary>What may stand before all the marks: names of dictionaries around the weights, each with its dot.</summary>
    public IEnumerable<string> Before(IReadOnlyList<string> marks) =>
        _fronts.Where(f => marks.All(m => _plain.Contains(f + m)));

    /// <summary>A key without the names that wrappers leave, such as <c>unet._orig_mod.conv_in.weight</c>'s.</summary>
    public static string WithoutWrappers(string key)
    {
        if (!Array.Exists(Wrappers, w => key.Contains(w, StringComparison.Ordinal))) return key;
        var parts = key.Split('.');
        return string.Join('.', parts.Where((part, i) => i == parts.Length - 1 || !Wrappers.Contains(part)));
    }

    private static IEnumerable<string> FrontsOf(string key)
    {
        var end = 0;
        for (var depth = 0; depth < DeepestFront; depth++)
        {
            var dot = key.IndexOf('.', end);
            if (dot < 0 || !Fronts.Contains(key[end..dot])) yield break;
            end = dot + 1;
            yield return key[..end];
        }
    }
}
