using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.Json;
using Tango2.Checkpoints;

namespace Tango2.Training;

/// <summary>
/// A run's state in a file: weights, statistics, moments and averages; the random numbers' state; the reports of all
/// steps so far; and what the run belongs to.
/// </summary>
/// <param name="path">The safetensors file.</param>
/// <param name="origin">What the run belongs to; see <see cref="RunOrigin"/>.</param>
/// <param name="tensors">All that training changes, by key: the live tensors, which restoring overwrites.</param>
internal sealed class TrainingState(
    string path, IReadOnlyDictionary<string, string> origin, IReadOnlyList<KeyValuePair<string, Tensor>> tensors)
    : IDisposable
{
    private const string OriginKey = "origin", StepKey = "step", ReportsKey = "reports", RandomKey = "random", DigestKey = "digest";

    private static readonly JsonSerializerOptions Json = new()
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
    };

    private readonly MemoryStream _reports = new(); // one JSON text a line, so that a step adds only its own

    /// <summary>Saves the run after a step.</summary>
    public void Save(int step)
    {
        using var scope = NewDisposeScope();
        KeyValuePair<string, Tensor>[] all =
            [.. tensors, new(RandomKey, Generator.Default.get_state()), new(ReportsKey, tensor(_reports.ToArray(), device: CPU))];
        SafeTensors.Write(
            path, all,
            new Dictionary<string, string>
            {
                [DigestKey] = Digest(all),
                [StepKey] = step.ToString(CultureInfo.InvariantCulture),
                [OriginKey] = JsonSerializer.Serialize(origin, Json),
            });
    }

    /// <summary>Takes a step's report in, for the next save.</summary>
    public void Add(StepReport report)
    {
        JsonSerializer.Serialize(_reports, report, Json);
        _reports.WriteByte((byte)'\n');
    }

    /// <summary>Restores the run and gives the reports of its steps so far; none if there is no file.</summary>
    /// <exception cref="InvalidDataException">
    /// The file is damaged or belongs to another run; the message says what differs and what to do. Nothing is restored.
    /// </exception>
    public IReadOnlyList<StepReport> Restore()
    {
        if (!File.Exists(path)) return [];
        try
        {
            CheckOrigin();
            return Read();
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or FormatException)
        {
            throw new InvalidDataException($"{path} is no state of a training: {error.Message} {WhatToDo}", error);
        }
        catch (InvalidDataException error) when (!error.Message.EndsWith(WhatToDo, StringComparison.Ordinal))
        {
            throw new InvalidDataException($"{error.Message.TrimEnd('.')}. {WhatToDo}", error);
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _reports.Dispose();

    private static string WhatToDo => "Delete the file to start anew, or give the run another.";

    private static string Digest(IEnumerable<KeyValuePair<string, Tensor>> tensors) =>
        RunOrigin.Digest(tensors.OrderBy(t => t.Key, StringComparer.Ordinal));

    private void CheckOrigin()
    {
        if (!SafeTensors.ReadMetadata(path).TryGetValue(OriginKey, out var text))
            throw new InvalidDataException($"{path} does not say which run it belongs to. {WhatToDo}");
        var there = JsonSerializer.Deserialize<Dictionary<string, string>>(text, Json) ?? [];
        if (RunOrigin.Differences(there, origin) is { } differences)
            throw new InvalidDataException($"{path} belongs to another run: {differences}. {WhatToDo}");
    }

    private List<StepReport> Read()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var saved = SafeTensors.Read(path);
        if (SafeTensors.ReadMetadata(path).GetValueOrDefault(DigestKey) != Digest(saved))
            throw new InvalidDataException($"{path} is damaged: its tensors are not those that were saved. {WhatToDo}");
        var lines = StateTensors.Of(saved, ReportsKey, path).bytes.ToArray();
        var reports = Reports(lines);
        var step = int.Parse(SafeTensors.ReadMetadata(path)[StepKey], CultureInfo.InvariantCulture);
        if (reports.Count != step || reports.Where((report, i) => report.Step != i + 1).Any())
            throw new InvalidDataException($"{path} is saved at step {step}, but reports {reports.Count} steps. {WhatToDo}");
        StateTensors.Copy(saved, tensors, path);
        Generator.Default.set_state(StateTensors.Of(saved, RandomKey, path));
        _reports.SetLength(0);
        _reports.Write(lines);
        return reports;
    }

    private static List<StepReport> Reports(byte[] lines)
    {
        var (reports, start) = (new List<StepReport>(), 0);
        for (var end = Array.IndexOf(lines, (byte)'\n'); end >= 0; end = Array.IndexOf(lines, (byte)'\n', start))
        {
            reports.Add(JsonSerializer.Deserialize<StepReport>(lines.AsSpan(start..end), Json)! with { Restored = true });
            start = end + 1;
        }
        return reports;
    }
}

/// <summary>Takes saved tensors back, strictly: each is there and has its shape, or none is copied.</summary>
internal static class StateTensors
{
    /// <summary>Overwrites live tensors with the saved ones of the same keys.</summary>
    /// <param name="saved">What was saved, by key; more than is needed may be there.</param>
    /// <param name="live">The tensors to overwrite.</param>
    /// <param name="from">Where the saved ones are from, for messages.</param>
    /// <exception cref="InvalidDataException">A key is missing or misshapen; the message names it.</exception>
    public static void Copy(
        IReadOnlyDictionary<string, Tensor> saved, IEnumerable<KeyValuePair<string, Tensor>> live, string from)
    {
        using var noGrad = no_grad();
        var pairs = live.Select(tensor => (Mine: tensor.Value, Saved: Of(saved, tensor.Key, from), tensor.Key)).ToArray();
        foreach (var (mine, kept, key) in pairs)
            if (!mine.shape.SequenceEqual(kept.shape) || mine.dtype != kept.dtype)
                throw new InvalidDataException(
                    $"{from} was saved for another network: {key} is {Form(kept)} there, {Form(mine)} here.");
        foreach (var (mine, kept, _) in pairs) mine.copy_(kept);
    }

    /// <summary>The saved tensor of a key.</summary>
    /// <exception cref="InvalidDataException">There is none; the message names it.</exception>
    public static Tensor Of(IReadOnlyDictionary<string, Tensor> saved, string key, string from) =>
        saved.TryGetValue(key, out var tensor) ? tensor : throw new InvalidDataException(
            $"{from} was saved for another network: it lacks {key}.");

    private static string Form(Tensor tensor) => $"{tensor.dtype} [{string.Join(", ", tensor.shape)}]";
}
