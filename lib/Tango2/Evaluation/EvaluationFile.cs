using System.Globalization;
using Tango2.Checkpoints;
using Tango2.Metrics;

namespace Tango2.Evaluation;

/// <summary>Measured clips as a file without their sound, so that long comparisons are made part by part.</summary>
internal static class EvaluationFile
{
    private const string Sums = "sums.", Counts = "counts.", Embeddings = "embeddings", Logits = "logits", Real = "real", Model = "model";

    /// <summary>Writes a result.</summary>
    /// <param name="path">The file.</param>
    /// <param name="result">The result.</param>
    /// <param name="more">What else is known of the model, by name; for <see cref="Known"/>.</param>
    public static void Write(string path, EvaluationResult result, params IEnumerable<KeyValuePair<string, double>> more)
    {
        using var scope = NewDisposeScope();
        var (embeddings, logits, real) = result.Features;
        SafeTensors.Write(
            path,
            [
                new(Embeddings, embeddings), new(Logits, logits), new(Real, real),
                .. result.Scores.SelectMany(s => new KeyValuePair<string, Tensor>[]
                {
                    new(Sums + s.Key.Key, tensor(s.Value.Sums.ToArray(), dtype: float64, device: CPU)),
                    new(Counts + s.Key.Key, tensor(s.Value.Counts.ToArray(), dtype: float64, device: CPU)),
                }),
            ],
            more.Select(known => KeyValuePair.Create(known.Key, known.Value.ToString("R", CultureInfo.InvariantCulture)))
                .Append(new(Model, result.Model)).ToDictionary());
    }

    /// <summary>What else a file tells of the model; null if it does not.</summary>
    public static double? Known(string path, string name) =>
        double.TryParse(SafeTensors.ReadMetadata(path).GetValueOrDefault(name), CultureInfo.InvariantCulture, out var known) ? known : null;

    /// <summary>Reads results of several parts of the prompts, in their order, as one.</summary>
    /// <exception cref="ArgumentException">There is no part.</exception>
    /// <exception cref="InvalidDataException">A file is no result; the message names it.</exception>
    public static EvaluationResult Read(IReadOnlyList<string> paths)
    {
        if (paths.Count == 0) throw new ArgumentException("There must be at least one part of a result.", nameof(paths));
        using var scope = NewDisposeScope();
        var parts = paths.Select(SafeTensors.Read).ToArray();
        string[] models = [.. paths.Select(path =>
            SafeTensors.ReadMetadata(path).GetValueOrDefault(Model) ?? throw Wrong(path, "the model's name", "none"))];
        foreach (var (i, part) in parts.Index())
        {
            if (!part.ContainsKey(Embeddings)) throw Wrong(paths[i], $"a tensor {Embeddings}", string.Join(", ", part.Keys));
            if (models[i] != models[0]) throw Wrong(paths[i], $"a part of '{models[0]}', as {paths[0]}", $"'{models[i]}'");
            if (!part.Keys.ToHashSet().SetEquals(parts[0].Keys))
                throw Wrong(paths[i], $"the tensors of {paths[0]}, {string.Join(", ", parts[0].Keys)}", string.Join(", ", part.Keys));
        }
        Tensor Joined(string key) => cat([.. parts.Select(part => part[key])]);
        double[] Items(string key) => Joined(key).data<double>().ToArray();
        var scores = parts[0].Keys.Where(key => key.StartsWith(Sums, StringComparison.Ordinal)).Select(key => Metric.Of(key[Sums.Length..]))
            .ToDictionary(metric => metric, metric => new Score(Items(Sums + metric.Key), Items(Counts + metric.Key)));
        var (embeddings, logits, real) = scope.MoveToOuter(Joined(Embeddings), Joined(Logits), Joined(Real));
        return new(models[0], scores, new(embeddings, logits, real), empty([0, 0], device: CPU).MoveToOuterDisposeScope());
    }

    private static InvalidDataException Wrong(string path, string expected, string found) =>
        new($"{path} is no part of a result: expected {expected}, found {found}. Delete it to have it measured again.");
}
