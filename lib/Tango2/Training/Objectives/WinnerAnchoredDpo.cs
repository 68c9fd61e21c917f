namespace Tango2.Training;

/// <summary>DPO in which a winner that is denoised worse than by the reference counts against the pair.</summary>
/// <remarks>
/// −log σ(−β/2 · [Δ_w − Δ_l + λ·max(0, Δ_w)]) with Δ = e − e_ref: DPO-Positive (Pal et al., 2024) with denoising errors in place
/// of likelihoods. Plain DPO may lower its loss by harming the winner less than the loser.
/// </remarks>
/// <param name="Anchor">λ, 0 or more; 0 is the paper's objective.</param>
public sealed record WinnerAnchoredDpo(double Anchor = 5) : PreferenceObjective
{
    /// <inheritdoc/>
    public override string Name => "winner-anchored DPO";

    /// <inheritdoc/>
    public override Objective Of(PairNetworks networks, PairBatch batch, NoiseDraw draw, double beta)
    {
        var (own, frozen) = networks.Errors(batch, draw);
        var logits = DiffusionDpo.Logits(own, frozen, beta);
        var harm = (own.Winner - frozen.Winner).clamp_min(0);
        return Watched(DiffusionDpo.Loss(logits - 0.5 * beta * Anchor * harm), logits, own, frozen);
    }

    /// <inheritdoc/>
    public override void Validate() =>
        Ranges.Check(Ranges.IsNotNegative(Anchor), nameof(Anchor), "0 or more and finite", Anchor);
}
