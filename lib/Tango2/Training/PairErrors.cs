namespace Tango2.Training;

/// <summary>A network's denoising errors on the two samples of each pair.</summary>
/// <param name="Winner">Mean squared error on the preferred sample, [B].</param>
/// <param name="Loser">Mean squared error on the other sample, [B].</param>
public sealed record PairErrors(Tensor Winner, Tensor Loser);

/// <summary>The DPO loss of a batch and what to watch beside it.</summary>
/// <param name="Loss">Scalar.</param>
/// <param name="Accuracy">Scalar in [0, 1]: the share of pairs whose implicit reward prefers the winner.</param>
public sealed record DpoTerms(Tensor Loss, Tensor Accuracy);
