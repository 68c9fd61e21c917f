using System.Text.Json.Serialization;
using Tango2.Diffusion;

namespace Tango2.Training;

/// <summary>A way to learn from preference pairs: one loss of a batch, by name.</summary>
/// <remarks>All of them hear winner and loser, policy and reference, with the same noise at the same timestep.</remarks>
[JsonDerivedType(typeof(PaperDpo), "DPO")]
[JsonDerivedType(typeof(GuidedDpo), "guided")]
[JsonDerivedType(typeof(WinnerAnchoredDpo), "winner-anchored")]
[JsonDerivedType(typeof(Ipo), "IPO")]
[JsonDerivedType(typeof(ForwardProcess), "forward-process")]
public abstract record PreferenceObjective
{
    /// <summary>What tables call it.</summary>
    public abstract string Name { get; }

    /// <summary>The loss of a batch, and what to watch beside it.</summary>
    /// <param name="networks">Policy and reference.</param>
    /// <param name="batch">B pairs.</param>
    /// <param name="draw">Noise and timestep of each pair.</param>
    /// <param name="beta">How hard the policy is held to the reference, where the objective has a β.</param>
    public abstract Objective Of(PairNetworks networks, PairBatch batch, NoiseDraw draw, double beta);

    /// <summary>Checks the objective's own settings.</summary>
    /// <exception cref="ArgumentException">One is out of its range; the message names it, its range and its value.</exception>
    public virtual void Validate()
    {
    }

    /// <summary>A scalar loss with what is watched of all objectives.</summary>
    /// <param name="loss">Scalar.</param>
    /// <param name="logits">How sure the policy is of each winner, [B].</param>
    /// <param name="own">The policy's errors.</param>
    /// <param name="frozen">The reference's.</param>
    private protected static Objective Watched(Tensor loss, Tensor logits, PairErrors own, PairErrors frozen) => new(
        loss, new Dictionary<string, double>
        {
            ["accuracy"] = DiffusionDpo.Accuracy(logits).item<float>(),
            ["winner error"] = (own.Winner - frozen.Winner).mean().item<float>(),
            ["loser error"] = (own.Loser - frozen.Loser).mean().item<float>(),
        });
}

/// <summary>The network in training and the frozen one that it started from.</summary>
/// <param name="Policy">In training.</param>
/// <param name="Reference">Frozen.</param>
/// <param name="Schedule">Of both.</param>
/// <param name="Empty">The empty prompt, [1, S, D] and [1, S], as long as the prompts; for what is guided.</param>
public sealed record PairNetworks(TextDenoiser Policy, TextDenoiser Reference, NoiseSchedule Schedule, TextStates Empty)
{
    /// <summary>Both networks' predictions for a batch; the reference's without gradients.</summary>
    internal (PairPredictions Own, PairPredictions Frozen) Predictions(PairBatch batch, NoiseDraw draw)
    {
        var noisy = NoisyPairs.Of(Schedule, batch, draw);
        var own = PairPredictions.Of(Policy, noisy);
        using var noGrad = no_grad();
        return (own, PairPredictions.Of(Reference, noisy));
    }

    /// <summary>Both networks' errors on a batch.</summary>
    internal (PairErrors Own, PairErrors Frozen) Errors(PairBatch batch, NoiseDraw draw)
    {
        var (own, frozen) = Predictions(batch, draw);
        return (own.Errors(), frozen.Errors());
    }

    /// <summary>Both networks' predictions with the empty prompt and with the pair's, of all winners, then of all losers.</summary>
    internal (PromptedPrediction Own, PromptedPrediction Frozen, Tensor Target) Prompted(PairBatch batch, NoiseDraw draw)
    {
        var noisy = NoisyPairs.Of(Schedule, batch, draw);
        var (latents, timesteps) = (cat([noisy.Latents, noisy.Latents]), cat([noisy.Timesteps, noisy.Timesteps]));
        var rows = noisy.Latents.shape[0];
        var text = new TextStates(
            Empty.EncoderHiddenStates.expand(rows, -1, -1), Empty.EncoderAttentionMask.expand(rows, -1)).Then(noisy.Text);
        var own = Policy(latents, timesteps, text).chunk(2);
        using var noGrad = no_grad();
        var frozen = Reference(latents, timesteps, text).chunk(2);
        return (new(own[0], own[1]), new(frozen[0], frozen[1]), noisy.Target);
    }
}

/// <summary>A network's predictions for the same noisy latents.</summary>
/// <param name="Unconditional">u, with the empty prompt, [2B, C, T, F].</param>
/// <param name="Conditional">c, with the prompt, [2B, C, T, F].</param>
internal sealed record PromptedPrediction(Tensor Unconditional, Tensor Conditional)
{
    /// <summary>Errors of u + w·(c − u) on winners and losers.</summary>
    public PairErrors GuidedErrors(double guidanceScale, Tensor target)
    {
        var errors = DiffusionDpo.Errors(Guidance.Combine(Unconditional, Conditional, guidanceScale), target).chunk(2);
        return new(errors[0], errors[1]);
    }

    /// <summary>mean (u − u')² and mean (c − c')², scalars.</summary>
    public (Tensor Unconditional, Tensor Conditional) DriftFrom(PromptedPrediction other) => (
        (Unconditional - other.Unconditional).square().mean(), (Conditional - other.Conditional).square().mean());
}
