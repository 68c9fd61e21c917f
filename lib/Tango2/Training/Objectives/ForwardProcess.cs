namespace Tango2.Training;

/// <summary>Reinforcement of the forward process, with a reward of 1 for winners and 0 for losers.</summary>
/// <remarks>
/// mean ‖(1 − η)·v_ref + η·v − target‖² of winners + mean ‖(1 + η)·v_ref − η·v − target‖² of losers: Zheng et al., "DiffusionNFT:
/// Online Diffusion Reinforcement with Forward Process" (2025), equation of its policy loss. It asks for no likelihood and no β:
/// the policy is drawn to where the reference must go to make winners, and away from where it makes losers.
/// </remarks>
/// <param name="Mix">η, how far the policy stands from the reference; above 0.</param>
public sealed record ForwardProcess(double Mix = 1) : PreferenceObjective
{
    /// <inheritdoc/>
    public override string Name => "forward-process RL";

    /// <inheritdoc/>
    public override Objective Of(PairNetworks networks, PairBatch batch, NoiseDraw draw, double beta)
    {
        var (own, frozen) = networks.Predictions(batch, draw);
        var better = frozen.Winner + Mix * (own.Winner - frozen.Winner);
        var worse = frozen.Loser - Mix * (own.Loser - frozen.Loser);
        var loss = DenoisingLoss.Of(better, own.WinnerTarget) + DenoisingLoss.Of(worse, own.LoserTarget);
        var (errors, frozenErrors) = (own.Errors(), frozen.Errors());
        return Watched(loss, DiffusionDpo.Logits(errors, frozenErrors, beta).detach(), errors, frozenErrors);
    }

    /// <inheritdoc/>
    public override void Validate() => Ranges.Check(Ranges.IsPositive(Mix), nameof(Mix), "above 0 and finite", Mix);
}
