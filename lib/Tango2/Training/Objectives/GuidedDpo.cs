namespace Tango2.Training;

/// <summary>DPO of the guided prediction, which is the one that sampling uses, with a penalty for drifting from the reference.</summary>
/// <remarks>
/// −log σ(−β/2 · [(e_w − e_l) − (e_w^ref − e_l^ref)]) + ν·(mean ‖u − u_ref‖² + mean ‖c − c_ref‖²), where the errors are of
/// g = u + w·(c − u), and the gradient goes through u and c. The paper's objective trains c alone; guided by w once more, what c
/// learned is multiplied.
/// </remarks>
/// <param name="Guidance">w, the scale that sampling will use; 0 or more.</param>
/// <param name="Anchor">ν, the weight of the penalty; 0 is without.</param>
public sealed record GuidedDpo(double Guidance = 3, double Anchor = 0) : PreferenceObjective
{
    /// <inheritdoc/>
    public override string Name => Anchor > 0 ? "guided DPO, anchored" : "guided DPO";

    /// <inheritdoc/>
    public override Objective Of(PairNetworks networks, PairBatch batch, NoiseDraw draw, double beta)
    {
        var (own, frozen, target) = networks.Prompted(batch, draw);
        var (errors, frozenErrors) = (own.GuidedErrors(Guidance, target), frozen.GuidedErrors(Guidance, target));
        var logits = DiffusionDpo.Logits(errors, frozenErrors, beta);
        var (ofEmpty, ofPrompt) = own.DriftFrom(frozen);
        var loss = DiffusionDpo.Loss(logits) + Anchor * (ofEmpty + ofPrompt);
        var watched = Watched(loss, logits, errors, frozenErrors);
        return new(watched.Loss, new Dictionary<string, double>(watched.Measures!)
        {
            ["drift without prompt"] = ofEmpty.item<float>(),
            ["drift with prompt"] = ofPrompt.item<float>(),
        });
    }

    /// <inheritdoc/>
    public override void Validate()
    {
        Ranges.Check(Ranges.IsNotNegative(Guidance), nameof(Guidance), "0 or more and finite", Guidance);
        Ranges.Check(Ranges.IsNotNegative(Anchor), nameof(Anchor), "0 or more and finite", Anchor);
    }
}
