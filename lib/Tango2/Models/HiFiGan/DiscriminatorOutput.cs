namespace Tango2.Models;

/// <summary>What a group of discriminators says of a batch of waveforms.</summary>
/// <param name="Scores">For each discriminator [B, K], toward 1 for real and 0 for generated.</param>
/// <param name="Features">For each discriminator the output of each of its convolutions, for feature matching.</param>
public sealed record DiscriminatorOutput(IReadOnlyList<Tensor> Scores, IReadOnlyList<IReadOnlyList<Tensor>> Features)
{
    /// <summary>The outputs of two groups, one after the other.</summary>
    public DiscriminatorOutput And(DiscriminatorOutput other) =>
        new([.. Scores, .. other.Scores], [.. Features, .. other.Features]);

    /// <summary>Moves every tensor out of the innermost scope.</summary>
    internal DiscriminatorOutput MoveToOuterDisposeScope()
    {
        foreach (var tensor in Scores.Concat(Features.SelectMany(f => f))) tensor.MoveToOuterDisposeScope();
        return this;
    }
}
