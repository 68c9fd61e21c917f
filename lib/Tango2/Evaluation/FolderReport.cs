using System.Text.Json.Serialization;

namespace Tango2.Evaluation;

/// <summary>One number of an evaluation of folders, beside what it was computed of.</summary>
/// <param name="Key">Its name in files; where the reference has it too, the reference's, such as kl_softmax.</param>
/// <param name="Title">What tables call it.</param>
/// <param name="Value">The number; null where there is none, and then <paramref name="Note"/> tells why.</param>
/// <param name="N">Clips, or pairs of clips, that it was computed of.</param>
/// <param name="Note">What must be known of it; may be empty.</param>
public sealed record FolderValue(string Key, string Title, double? Value, int N, string Note = "");

/// <summary>What networks made of the clips of one folder, in the order of the files' names as strings; the owner disposes it.</summary>
/// <param name="Files">Names of the clips that could be heard.</param>
/// <param name="Embeddings">[N, D], the tagger's; null without a tagger.</param>
/// <param name="Logits">[N, K], likewise.</param>
/// <param name="Patches">VGGish's examples of each clip, 0 for a short one; empty without VGGish.</param>
/// <param name="Vggish">[E, D], VGGish's embeddings of all examples; null without VGGish.</param>
public sealed record FolderFeatures(
    IReadOnlyList<string> Files, Tensor? Embeddings, Tensor? Logits, IReadOnlyList<int> Patches, Tensor? Vggish) : IDisposable
{
    /// <summary>Frees the tensors.</summary>
    public void Dispose()
    {
        Embeddings?.Dispose();
        Logits?.Dispose();
        Vggish?.Dispose();
    }
}

/// <summary>What an evaluation of folders found.</summary>
/// <param name="Generated">The folder of generated clips.</param>
/// <param name="Reference">The folder of reference clips; null where there was none.</param>
/// <param name="Values">The numbers, in the order of tables.</param>
/// <param name="Findings">What is odd about the clips.</param>
/// <param name="GeneratedFeatures">What the networks made of the generated clips; not written.</param>
/// <param name="ReferenceFeatures">Of the reference clips; null where there were none.</param>
public sealed record FolderReport(
    string Generated, string? Reference, IReadOnlyList<FolderValue> Values, IReadOnlyList<FolderFinding> Findings,
    [property: JsonIgnore] FolderFeatures GeneratedFeatures, [property: JsonIgnore] FolderFeatures? ReferenceFeatures) : IDisposable
{
    /// <summary>Names or files of the networks, by the part that they had.</summary>
    public IReadOnlyDictionary<string, string> Networks { get; init; } = new Dictionary<string, string>();

    /// <summary>A number by its key.</summary>
    /// <exception cref="ArgumentException">It was not measured; the message lists those that were.</exception>
    public FolderValue this[string key] => Values.FirstOrDefault(value => value.Key == key) ?? throw new ArgumentException(
        $"{key} was not measured; there are {string.Join(", ", Values.Select(value => value.Key))}.");

    /// <summary>Writes numbers and findings as JSON, whole.</summary>
    public void Write(string path) => ResultJson.Write(path, this);

    /// <summary>Frees the features.</summary>
    public void Dispose()
    {
        GeneratedFeatures.Dispose();
        ReferenceFeatures?.Dispose();
    }
}
