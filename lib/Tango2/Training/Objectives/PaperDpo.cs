namespace Tango2.Training;

/// <summary>The paper's objective: <see cref="DiffusionDpo"/> of the prediction with the prompt.</summary>
public sealed record PaperDpo : PreferenceObjective
{
    /// <inheritdoc/>
    public override string Name => "DPO";

    /// <inheritdoc/>
    public override Objective Of(PairNetworks networks, PairBatch batch, NoiseDraw draw, double beta)
    {
        var (own, frozen) = networks.Errors(batch, draw);
        var logits = DiffusionDpo.Logits(own, frozen, beta);
        return Watched(DiffusionDpo.Loss(logits), logits, own, frozen);
    }
}
