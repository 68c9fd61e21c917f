using Tango2.Diffusion;
using Tango2.Tensors;

namespace Tango2.Training;

/// <summary>The objective of the Tango 2 paper: preference optimisation of a diffusion model.</summary>
public static class DiffusionDpo
{
    /// <summary>−log σ(−β/2 · [(e_w − e_l) − (e_w^ref − e_l^ref)]), averaged over the batch.</summary>
    /// <remarks>
    /// Tango 2, equation 17, as its code has it: no weight of the timestep, no factor N, one noise and one timestep for
    /// winner and loser, β/2 in place of β·N·w(λ). Errors are means over C, T and F.
    /// </remarks>
    /// <param name="policy">Errors of the network being trained.</param>
    /// <param name="reference">Errors of the frozen starting point, without gradients.</param>
    /// <param name="beta">How hard the policy is held to the reference; larger holds harder. Above 0.</param>
    public static DpoTerms Terms(PairErrors policy, PairErrors reference, double beta)
    {
        using var scope = NewDisposeScope();
        var logits = Logits(policy, reference, beta); // [B]
        var (loss, accuracy) = scope.MoveToOuter(Loss(logits), Accuracy(logits));
        return new(loss, accuracy);
    }

    /// <summary>−log σ of the logits, averaged; scalar.</summary>
    /// <param name="logits">How sure the policy is of each winner, [B].</param>
    internal static Tensor Loss(Tensor logits) => -nn.functional.logsigmoid(logits).mean();

    /// <summary>The share of pairs whose winner the policy is sure of; scalar in [0, 1].</summary>
    /// <param name="logits">[B].</param>
    internal static Tensor Accuracy(Tensor logits) => (logits > 0).to(float32).mean();

    /// <summary>−β/2 · [(e_w − e_l) − (e_w^ref − e_l^ref)]: how sure the policy is of the winner; [B].</summary>
    /// <inheritdoc cref="Terms"/>
    public static Tensor Logits(PairErrors policy, PairErrors reference, double beta)
    {
        Shape.Check(policy.Winner, "B").And(policy.Loser, "B").And(reference.Winner, "B").And(reference.Loser, "B");
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(beta);
        using var scope = NewDisposeScope();
        var policyMargin = policy.Winner - policy.Loser;          // [B], below 0 when the winner is denoised better
        var referenceMargin = reference.Winner - reference.Loser; // [B]
        return (-0.5 * beta * (policyMargin - referenceMargin)).MoveToOuterDisposeScope();
    }

    /// <summary>Mean squared error of each sample: mean over C, T, F of (prediction − target)².</summary>
    /// <param name="prediction">[B, C, T, F].</param>
    /// <param name="target">[B, C, T, F].</param>
    /// <returns>[B].</returns>
    public static Tensor Errors(Tensor prediction, Tensor target)
    {
        Shape.Check(prediction, "B, C, T, F").And(target, "B, C, T, F");
        using var scope = NewDisposeScope();
        return (prediction - target).square().mean([1, 2, 3]).MoveToOuterDisposeScope();
    }
}

/// <summary>A network's denoising errors on the two samples of each pair.</summary>
/// <param name="Winner">Mean squared error on the preferred sample, [B].</param>
/// <param name="Loser">Mean squared error on the other sample, [B].</param>
public sealed record PairErrors(Tensor Winner, Tensor Loser)
{
    /// <summary>Errors on winners and losers with the same noise and timestep, as the reference code has it.</summary>
    /// <param name="denoise">The network.</param>
    /// <param name="schedule">The schedule that it was trained with.</param>
    /// <param name="batch">B pairs.</param>
    /// <param name="draw">Noise and timestep of each pair.</param>
    public static PairErrors Of(TextDenoiser denoise, NoiseSchedule schedule, PairBatch batch, NoiseDraw draw)
    {
        using var scope = NewDisposeScope();
        var errors = PairPredictions.Of(denoise, NoisyPairs.Of(schedule, batch, draw)).Errors();
        var (winner, loser) = scope.MoveToOuter(errors.Winner, errors.Loser);
        return new(winner, loser);
    }
}

/// <summary>Winners, then losers, with the same noise at the same timestep.</summary>
/// <param name="Latents">z_t, [2B, C, T, F].</param>
/// <param name="Timesteps">t, [2B], int64.</param>
/// <param name="Target">What a network should answer, [2B, C, T, F].</param>
/// <param name="Text">2B prompts.</param>
internal sealed record NoisyPairs(Tensor Latents, Tensor Timesteps, Tensor Target, TextStates Text)
{
    /// <inheritdoc cref="PairErrors.Of"/>
    public static NoisyPairs Of(NoiseSchedule schedule, PairBatch batch, NoiseDraw draw)
    {
        var latents = cat([batch.Winners, batch.Losers]);
        var (noise, timesteps) = (cat([draw.Noise, draw.Noise]), cat([draw.Timesteps, draw.Timesteps]));
        return new(
            schedule.AddNoise(latents, noise, timesteps), timesteps, schedule.Target(latents, noise, timesteps), batch.Text.Then(batch.Text));
    }
}

/// <summary>A network's predictions for both samples of each pair, and what they should be.</summary>
/// <param name="Winner">For the preferred samples, [B, C, T, F].</param>
/// <param name="Loser">For the others, [B, C, T, F].</param>
/// <param name="WinnerTarget">[B, C, T, F].</param>
/// <param name="LoserTarget">[B, C, T, F].</param>
internal sealed record PairPredictions(Tensor Winner, Tensor Loser, Tensor WinnerTarget, Tensor LoserTarget)
{
    /// <summary>Asks a network.</summary>
    public static PairPredictions Of(TextDenoiser denoise, NoisyPairs pairs)
    {
        var predictions = denoise(pairs.Latents, pairs.Timesteps, pairs.Text).chunk(2);
        var targets = pairs.Target.chunk(2);
        return new(predictions[0], predictions[1], targets[0], targets[1]);
    }

    /// <summary>Their errors.</summary>
    public PairErrors Errors() => new(DiffusionDpo.Errors(Winner, WinnerTarget), DiffusionDpo.Errors(Loser, LoserTarget));
}

/// <summary>The DPO loss of a batch and what to watch beside it.</summary>
/// <param name="Loss">Scalar.</param>
/// <param name="Accuracy">Scalar in [0, 1]: the share of pairs whose implicit reward prefers the winner.</param>
public sealed record DpoTerms(Tensor Loss, Tensor Accuracy);
