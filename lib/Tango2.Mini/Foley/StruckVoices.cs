namespace Tango2.Mini.Foley;

/// <summary>Bell, knock and glass: things that ring down.</summary>
internal static class StruckVoices
{
    private static readonly double[] BellRatios = [0.5, 1, 1.19, 1.5, 2, 2.52, 3.01, 4.1];
    private static readonly double[] BellLevels = [0.5, 1, 0.8, 0.4, 0.9, 0.35, 0.3, 0.15];

    /// <summary>The hum, prime, tierce, quint, nominal and above of a church bell; the high ones die first.</summary>
    public static Voice Bell(Random draw)
    {
        double pitch = draw.Between(420, 680), ring = draw.Between(1.4, 2.4);
        return (stroke, random) =>
        {
            for (var k = 0; k < BellRatios.Length; k++)
            {
                double step = pitch * BellRatios[k] / Dsp.Rate, phase = random.NextDouble();
                var level = (float)(BellLevels[k] * random.Between(0.8, 1.2));
                var decay = Dsp.Decay(ring / Math.Sqrt(BellRatios[k]));
                for (var i = 0; i < stroke.Length; i++)
                {
                    stroke[i] += level * Dsp.Sine(phase);
                    phase += step;
                    level *= decay;
                }
            }
            return Dsp.Fade(stroke, 0.003, 0.06);
        };
    }

    /// <summary>A dull blow on wood: a click in three short, low resonances.</summary>
    public static Voice Knock(Random draw)
    {
        double low = draw.Between(150, 230), panel = draw.Between(330, 470), edge = draw.Between(800, 1100);
        return (stroke, random) =>
        {
            double[] pitches = [low, panel, edge];
            double[] rings = [0.10, 0.07, 0.03];
            for (var k = 0; k < pitches.Length; k++)
            {
                double step = pitches[k] * random.Between(0.98, 1.02) / Dsp.Rate, phase = 0;
                var level = k == 2 ? 0.5f : 1f;
                var decay = Dsp.Decay(rings[k]);
                for (var i = 0; i < stroke.Length; i++)
                {
                    stroke[i] += level * Dsp.Sine(phase);
                    phase += step;
                    level *= decay;
                }
            }
            var noise = new Noise(random);
            var click = 0.8f;
            var fall = Dsp.Decay(0.012);
            for (var i = 0; i < stroke.Length; i++)
            {
                stroke[i] += click * noise.Next();
                click *= fall;
            }
            return Dsp.Fade(stroke, 0.001, 0.02);
        };
    }

    /// <summary>A crack, then shards: some twenty short high tones at ever later times.</summary>
    public static Voice Glass(Random draw)
    {
        double low = draw.Between(2200, 2900), high = draw.Between(5800, 6900);
        return (stroke, random) =>
        {
            var noise = new Noise(random);
            var bright = Biquad.Highpass(2500);
            var crack = 1f;
            var fall = Dsp.Decay(0.12);
            for (var i = 0; i < stroke.Length; i++)
            {
                stroke[i] = crack * bright.Next(noise.Next());
                crack *= fall;
            }
            for (var shard = 0; shard < 24; shard++)
            {
                var late = random.NextDouble();
                var start = (int)(late * late * 0.85 * stroke.Length);
                double step = random.Between(low, high) / Dsp.Rate, phase = 0;
                var level = (float)((1 - (0.6 * late)) * random.Between(0.3, 0.8));
                var decay = Dsp.Decay(random.Between(0.06, 0.25));
                for (var i = start; i < stroke.Length && level > 1e-3f; i++)
                {
                    stroke[i] += level * Dsp.Sine(phase);
                    phase += step;
                    level *= decay;
                }
            }
            return Dsp.Fade(stroke, 0.001, 0.05);
        };
    }
}
