using System.IO.Enumeration;

namespace Tango2.Hub;

/// <summary>Which of a repository's files are wanted.</summary>
internal static class FileChoice
{
    // Weights of other frameworks, and what is of use on the hub only.
    private static readonly string[] Unread =
        [".git*", "*/.git*", "*.h5", "*.msgpack", "*.onnx", "*.ot", "*.tflite", "*.mlmodel", "*.gguf", "flax_model*", "tf_model*"];

    /// <summary>Takes what a list names.</summary>
    /// <param name="wanted">
    /// Names. With | between them, the first that is there is taken: a network's weights are published in several forms.
    /// One that begins with ? may be missing.
    /// </param>
    /// <param name="names">What the repository has.</param>
    /// <param name="repository">Its name, for the message.</param>
    /// <exception cref="InvalidDataException">It lacks one; the message names it.</exception>
    public static IReadOnlyList<string> Listed(IReadOnlyList<string> wanted, IReadOnlyList<string> names, string repository)
    {
        var missing = wanted.Where(w => !IsOptional(w) && First(w, names.Contains) is null).ToArray();
        if (missing.Length > 0)
            throw new InvalidDataException(
                $"{repository}: expected {string.Join(", ", missing.Select(m => m.Replace("|", " or ", StringComparison.Ordinal)))}, "
                + $"found none among its {names.Count} files: choose another revision.");
        return Present(wanted, names.Contains);
    }

    /// <summary>Takes of what a list names what is there.</summary>
    public static IReadOnlyList<string> Present(IReadOnlyList<string> wanted, Func<string, bool> isThere) =>
        [.. wanted.Select(w => First(w, isThere)).OfType<string>().Distinct()];

    /// <summary>Takes what this library can read, and of weights in several forms only safetensors.</summary>
    /// <param name="names">What the repository has.</param>
    public static IReadOnlyList<string> Readable(IReadOnlyList<string> names)
    {
        var safe = names.Where(n => n.EndsWith(".safetensors", StringComparison.Ordinal)).Select(FolderOf).ToHashSet();
        return [.. names.Where(n => !Unread.Any(u => FileSystemName.MatchesSimpleExpression(u, n)))
            .Where(n => !(IsPickled(n) && safe.Contains(FolderOf(n))))];
    }

    /// <summary>The first of a wanted name's alternatives that is there.</summary>
    public static string? First(string wanted, Func<string, bool> isThere) => Alternatives(wanted).FirstOrDefault(isThere);

    /// <summary>Whether a wanted name may be missing.</summary>
    public static bool IsOptional(string wanted) => wanted.StartsWith('?');

    private static string[] Alternatives(string wanted) => wanted.TrimStart('?').Split('|');

    private static bool IsPickled(string name) => FileSystemName.MatchesSimpleExpression("*pytorch_model*.bin*", name);

    private static string FolderOf(string name) => name[..(name.LastIndexOf('/') + 1)];
}
