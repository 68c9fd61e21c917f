namespace Tango2.Checkpoints;

/// <summary>Where the numbers of one of a network's tensors come from.</summary>
/// <param name="Entry">What a file says of them.</param>
/// <param name="CopyTo">Copies them into a tensor of the entry's shape, in that one's type and on its device.</param>
internal sealed record WeightSource(CheckpointEntry Entry, Action<Tensor> CopyTo)
{
    /// <summary>A line on what is wrong with the tensors that they are computed from; null if nothing is.</summary>
    public string? Problem { get; init; }
}
