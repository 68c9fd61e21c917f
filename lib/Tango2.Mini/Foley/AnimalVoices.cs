namespace Tango2.Mini.Foley;

/// <summary>Dog, cat, bird and frog.</summary>
internal static class AnimalVoices
{
    /// <summary>A rough tone whose pitch jumps up and falls, through two formants, with breath.</summary>
    public static Voice Bark(Random draw)
    {
        double pitch = draw.Between(260, 480), throat = draw.Between(700, 1000), breath = draw.Between(0.3, 0.7);
        return (stroke, random) =>
        {
            var low = Biquad.Bandpass(throat, 2.2);
            var high = Biquad.Bandpass(throat * 2.1, 3);
            var noise = new Noise(random);
            var jitter = random.Between(0.95, 1.05);
            double phase = 0;
            for (var i = 0; i < stroke.Length; i++)
            {
                var t = (double)i / stroke.Length;
                phase += pitch * jitter * (0.75 + (0.6 * Dsp.Sine(0.5 * Math.Sqrt(t)))) / Dsp.Rate;
                var source = Dsp.Sine(phase + (0.35 * Dsp.Sine(phase)) + (0.12 * Dsp.Sine(phase / 2)))
                    + ((float)breath * noise.Next());
                var body = (float)((1 - t) * (1 - t));
                stroke[i] = body * ((0.4f * source) + low.Next(source) + (0.8f * high.Next(source)));
            }
            return Dsp.Fade(stroke, 0.008, 0.03);
        };
    }

    /// <summary>A long bent tone whose mouth opens and closes: the formant rises and falls.</summary>
    public static Voice Meow(Random draw)
    {
        double pitch = draw.Between(520, 760), open = draw.Between(1700, 2500), bend = draw.Between(0.25, 0.45);
        return (stroke, random) =>
        {
            var mouth = Biquad.Bandpass(900, 3);
            var jitter = random.Between(0.97, 1.03);
            double phase = 0;
            for (var i = 0; i < stroke.Length; i++)
            {
                var t = (double)i / stroke.Length;
                var arch = Dsp.Sine(0.5 * t);
                if ((i & 31) == 0)
                {
                    mouth.TuneBandpass(800 + ((open - 800) * arch), 2.5);
                }
                phase += pitch * jitter * (0.8 + (bend * arch) + (0.012 * Dsp.Sine(i * 7.0 / Dsp.Rate))) / Dsp.Rate;
                var source = Dsp.Sine(phase + (0.3 * Dsp.Sine(phase)) + (0.1 * Dsp.Sine(2 * phase)));
                stroke[i] = ((0.35f * source) + (1.4f * mouth.Next(source))) * (float)(0.3 + (0.7 * arch));
            }
            return Dsp.Fade(stroke, 0.05, 0.08);
        };
    }

    /// <summary>A pure tone that sweeps over a fifth or more within a tenth of a second.</summary>
    public static Voice Chirp(Random draw)
    {
        double start = draw.Between(3200, 4200), end = draw.Between(4400, 5600), fold = draw.Between(0.2, 1);
        var falls = draw.Next(2) == 0;
        return (stroke, random) =>
        {
            var jitter = random.Between(0.96, 1.04);
            double phase = 0;
            for (var i = 0; i < stroke.Length; i++)
            {
                var t = (double)i / stroke.Length;
                var way = (falls ? 1 - t : t) + (0.3 * fold * Dsp.Sine(2 * t));
                phase += jitter * (start + ((end - start) * way)) / Dsp.Rate;
                stroke[i] = Dsp.Sine(phase) * Dsp.Sine(0.5 * t);
            }
            return Dsp.Fade(stroke, 0.005, 0.01);
        };
    }

    /// <summary>Thirty to fifty throat pulses a second, each ringing in two low resonances.</summary>
    public static Voice Croak(Random draw)
    {
        double pulses = draw.Between(32, 52), low = draw.Between(420, 620), high = draw.Between(1150, 1500);
        return (stroke, random) =>
        {
            var belly = Biquad.Bandpass(low, 7);
            var throat = Biquad.Bandpass(high, 9);
            var jitter = random.Between(0.95, 1.05);
            double phase = 1;
            for (var i = 0; i < stroke.Length; i++)
            {
                var t = (double)i / stroke.Length;
                phase += pulses * jitter * (0.85 + (0.4 * t)) / Dsp.Rate;
                var click = phase >= 1 ? 1f : 0f;
                phase -= click;
                stroke[i] = (belly.Next(click) + (0.8f * throat.Next(click))) * (float)(0.4 + (0.6 * t));
            }
            return Dsp.Fade(stroke, 0.01, 0.03);
        };
    }
}
