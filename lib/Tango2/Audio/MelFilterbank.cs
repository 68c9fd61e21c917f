// Slaney: numerics of librosa.filters.mel (v0.9.2) with its defaults. Htk: of torchaudio.functional.melscale_fbanks.
namespace Tango2.Audio;

/// <summary>Triangular filters, evenly spaced in mel, that gather a spectrum's bins.</summary>
public static class MelFilterbank
{
    private const double HzPerMel = 200.0 / 3, CornerHz = 1000, CornerMel = CornerHz / HzPerMel;
    private static readonly double LogStep = Math.Log(6.4) / 27;

    /// <summary>The filters' weights: [F, FftLength/2 + 1], float32.</summary>
    public static Tensor Build(MelConfig config)
    {
        if (config.MinFrequency < 0 || config.MaxFrequency > config.SampleRate / 2.0 ||
            config.MinFrequency >= config.MaxFrequency)
            throw new ArgumentException(
                $"The mel range must lie in 0 to {config.SampleRate / 2.0} Hz, but is " +
                $"{config.MinFrequency} to {config.MaxFrequency} Hz.", nameof(config));
        var edges = Edges(config);
        var bins = config.FftLength / 2 + 1;
        var weights = new float[config.MelBins, bins];
        for (var m = 0; m < config.MelBins; m++)
        {
            var (low, centre, high) = (edges[m], edges[m + 1], edges[m + 2]);
            var area = config.Scale == MelScale.Slaney ? 2 / (high - low) : 1;
            for (var k = 0; k < bins; k++)
            {
                var hz = (double)k * config.SampleRate / config.FftLength;
                weights[m, k] = (float)(area * Math.Max(0, Math.Min((hz - low) / (centre - low), (high - hz) / (high - centre))));
            }
        }
        return tensor(weights);
    }

    private static double[] Edges(MelConfig config)
    {
        var (low, high) = (ToMel(config.MinFrequency, config.Scale), ToMel(config.MaxFrequency, config.Scale));
        return [.. Enumerable.Range(0, config.MelBins + 2)
            .Select(i => ToHz(low + (high - low) * i / (config.MelBins + 1), config.Scale))];
    }

    private static double ToMel(double hz, MelScale scale) => scale switch
    {
        MelScale.Htk => 2595 * Math.Log10(1 + hz / 700),
        _ when hz < CornerHz => hz / HzPerMel,
        _ => CornerMel + Math.Log(hz / CornerHz) / LogStep,
    };

    private static double ToHz(double mel, MelScale scale) => scale switch
    {
        MelScale.Htk => 700 * (Math.Pow(10, mel / 2595) - 1),
        _ when mel < CornerMel => mel * HzPerMel,
        _ => CornerHz * Math.Exp(LogStep * (mel - CornerMel)),
    };
}
