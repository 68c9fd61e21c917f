namespace Tango2.Training;

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
