namespace Tango2.Training;

/// <summary>Identity preference optimisation: a pair's margin is brought to a fixed size, not made ever larger.</summary>
/// <remarks>
/// (m − ½)² with m = −β/2 · [(e_w − e_l) − (e_w^ref − e_l^ref)]: Azar et al., "A General Theoretical Paradigm to Understand
/// Learning from Human Preferences" (2023), whose (h − 1/(2τ))² this is, times β², with τ = β.
/// </remarks>
public sealed record Ipo : PreferenceObjective
{
    private const double Margin = 0.5;

    /// <inheritdoc/>
    public override string Name => "IPO";

    /// <inheritdoc/>
    public override Objective Of(PairNetworks networks, PairBatch batch, NoiseDraw draw, double beta)
    {
        var (own, frozen) = networks.Errors(batch, draw);
        var logits = DiffusionDpo.Logits(own, frozen, beta);
        return Watched((logits - Margin).square().mean(), logits, own, frozen);
    }
}
