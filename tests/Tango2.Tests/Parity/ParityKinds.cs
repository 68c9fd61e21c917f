
namespace Tango2.Tests.Parity;

/// <summary>What to build and run for each kind of fixture.</summary>
internal static class ParityKinds
{
    private static readonly SortedDictionary<string, Action<ParityFixture, Comparison>> Known = new(StringComparer.Ordinal)
    {
        ["audioldm_vae"] = VaeParity.Run,
        ["checkpoint"] = CheckpointParity.Run,
        ["checkpoint_truth"] = CheckpointParity.RunTruth,
        ["clap"] = ClapParity.Run,
        ["clap_fusion"] = ClapParity.Run,
        ["dpo_loss"] = DpoParity.Run,
        ["eps_probes"] = ProbeParity.Run,
        ["hifigan"] = HiFiGanParity.Run,
        ["hostile"] = CheckpointParity.RunHostile,
        ["metrics"] = MetricsParity.Run,
        ["panns_cnn14"] = Cnn14Parity.Run,
        ["schedulers"] = SchedulerParity.Run,
        ["steam"] = SteamParity.Run,
        ["t5_encoder"] = T5Parity.Run,
        ["tacotron_mel"] = MelParity.Run,
        ["tango_e2e"] = EndToEndParity.Run,
        ["unet2d_condition"] = UNetParity.Run,
        ["vggish"] = VggishParity.Run,
    };

    public static void Run(ParityFixture fixture, Comparison comparison)
    {
        if (!Known.TryGetValue(fixture.Kind, out var run))
            throw new InvalidDataException(
                $"'{fixture.Name}' is of kind '{fixture.Kind}', which has no parity test; known are {string.Join(", ", Known.Keys)}.");
        run(fixture, comparison);
    }
}
