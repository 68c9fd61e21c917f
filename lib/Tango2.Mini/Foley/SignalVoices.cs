namespace Tango2.Mini.Foley;

/// <summary>Horn, beep, whistle, telephone and siren: sounds made to be noticed.</summary>
internal static class SignalVoices
{
    /// <summary>Two horns a major third apart, each rich in harmonics, steady.</summary>
    public static Voice Honk(Random draw)
    {
        double pitch = draw.Between(330, 430), interval = draw.Between(1.2, 1.28), sharp = draw.Between(0.30, 0.42);
        return (stroke, random) =>
        {
            double low = 0, high = random.NextDouble();
            for (var i = 0; i < stroke.Length; i++)
            {
                low += pitch / Dsp.Rate;
                high += pitch * interval / Dsp.Rate;
                stroke[i] = Buzz(low, sharp) + Buzz(high, sharp);
            }
            return Dsp.Fade(stroke, 0.02, 0.03);
        };
    }

    /// <summary>One steady pure tone, cut off sharply.</summary>
    public static Voice Beep(Random draw)
    {
        double pitch = draw.Between(1900, 2700), edge = draw.Between(0, 0.15);
        return (stroke, _) =>
        {
            double phase = 0;
            for (var i = 0; i < stroke.Length; i++)
            {
                phase += pitch / Dsp.Rate;
                stroke[i] = Dsp.Sine(phase) + ((float)edge * Dsp.Sine(2 * phase));
            }
            return Dsp.Fade(stroke, 0.004, 0.004);
        };
    }

    /// <summary>A breathy pure tone that glides, as of lips.</summary>
    public static Voice Whistle(Random draw)
    {
        double pitch = draw.Between(1000, 1400), glide = draw.Between(0.2, 0.5), breath = draw.Between(0.5, 1.0);
        var up = draw.Next(2) == 0;
        return (stroke, random) =>
        {
            var noise = new Noise(random);
            var air = Biquad.Bandpass(pitch * 1.1, 6);
            double phase = 0;
            for (var i = 0; i < stroke.Length; i++)
            {
                var t = (double)i / stroke.Length;
                var way = up ? t * t : 1 - (t * t);
                phase += pitch * (1 + (glide * way) + (0.01 * Dsp.Sine(i * 5.5 / Dsp.Rate))) / Dsp.Rate;
                stroke[i] = Dsp.Sine(phase) + ((float)breath * 0.3f * air.Next(noise.Next()));
            }
            return Dsp.Fade(stroke, 0.04, 0.06);
        };
    }

    /// <summary>A small clapper between two gongs, twenty times a second: two tones in turn, with overtones.</summary>
    public static Voice Ring(Random draw)
    {
        double pitch = draw.Between(820, 980), interval = draw.Between(1.22, 1.3), rate = draw.Between(18, 24);
        return (stroke, random) =>
        {
            double low = 0, high = 0, turn = random.NextDouble();
            for (var i = 0; i < stroke.Length; i++)
            {
                low += pitch / Dsp.Rate;
                high += pitch * interval / Dsp.Rate;
                turn += rate / Dsp.Rate;
                var first = 0.5f + (0.5f * Dsp.Sine(turn));
                stroke[i] = (first * Chime(low)) + ((1 - first) * Chime(high));
            }
            return Dsp.Fade(stroke, 0.005, 0.02);
        };
    }

    /// <summary>A tone with harmonics that wails up and down over more than an octave.</summary>
    public static Voice Siren(Random draw)
    {
        double low = draw.Between(480, 640), high = draw.Between(1250, 1600), period = draw.Between(0.45, 0.9);
        return (stroke, random) =>
        {
            // A short siren still goes up and down once.
            var cycle = Math.Min(period, (double)stroke.Length / Dsp.Rate);
            double phase = 0, start = random.Between(-0.3, -0.2);
            for (var i = 0; i < stroke.Length; i++)
            {
                var height = 0.5 + (0.5 * Dsp.Sine(start + (i / (cycle * Dsp.Rate))));
                phase += (low + ((high - low) * height)) / Dsp.Rate;
                stroke[i] = Dsp.Sine(phase + (0.12 * Dsp.Sine(phase))) + (0.25f * Dsp.Sine(3 * phase));
            }
            return Dsp.Fade(stroke, 0.03, 0.05);
        };
    }

    private static float Buzz(double phase, double sharp) =>
        Dsp.Sine(phase + (sharp * Dsp.Sine(phase))) + (0.6f * Dsp.Sine((2 * phase) + (sharp * Dsp.Sine(3 * phase))));

    private static float Chime(double phase) =>
        Dsp.Sine(phase) + (0.7f * Dsp.Sine(2.76 * phase)) + (0.5f * Dsp.Sine(5.4 * phase));
}
