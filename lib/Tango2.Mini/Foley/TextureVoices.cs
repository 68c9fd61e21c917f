namespace Tango2.Mini.Foley;

/// <summary>Thunder, rain, engine, wind, saw and applause: sounds that go on.</summary>
internal static class TextureVoices
{
    /// <summary>A crack of noise, then a low rumble that swells and dies.</summary>
    public static Voice Thunder(Random draw)
    {
        double depth = draw.Between(140, 220), swell = draw.Between(3, 6);
        return (stroke, random) =>
        {
            var noise = new Noise(random);
            var rumble = Biquad.Lowpass(depth, 1.2);
            var deep = Biquad.Lowpass(depth * 1.5);
            var body = Biquad.Highpass(60);
            var crackBand = Biquad.Lowpass(1500);
            var crack = 0.5f;
            var fall = Dsp.Decay(0.25);
            var turn = random.NextDouble();
            for (var i = 0; i < stroke.Length; i++)
            {
                var t = (double)i / stroke.Length;
                var white = noise.Next();
                turn += swell / Dsp.Rate;
                var level = (float)((1 - t) * (0.75 + (0.35 * Dsp.Sine(turn)) + (0.15 * Dsp.Sine(2.7 * turn))));
                stroke[i] = (6 * level * body.Next(deep.Next(rumble.Next(white)))) + (crack * crackBand.Next(white));
                crack *= fall;
            }
            return Dsp.Fade(stroke, 0.01, 0.1);
        };
    }

    /// <summary>Steady hiss, brighter than it is dark, with single drops on it.</summary>
    public static Voice Rain(Random draw)
    {
        double cut = draw.Between(1400, 2400), drops = draw.Between(40, 120);
        return (stroke, random) =>
        {
            var noise = new Noise(random);
            var hiss = Biquad.Highpass(cut);
            var splash = Biquad.Bandpass(random.Between(3500, 4500), 2);
            var drop = 0f;
            var fall = Dsp.Decay(0.01);
            for (var i = 0; i < stroke.Length; i++)
            {
                if (noise.Chance(drops / Dsp.Rate))
                {
                    drop = 2.5f * Math.Abs(noise.Next());
                }
                var white = noise.Next();
                stroke[i] = hiss.Next(white) + splash.Next(drop * white) + (0.06f * white);
                drop *= fall;
            }
            return Dsp.Fade(stroke, 0.04, 0.06);
        };
    }

    /// <summary>Explosions of a motor, 50 to 90 a second, through an exhaust, with a slowly changing speed.</summary>
    public static Voice Engine(Random draw)
    {
        double speed = draw.Between(50, 90), pipe = draw.Between(260, 420), rev = draw.Between(0.03, 0.2);
        return (stroke, random) =>
        {
            var exhaust = Biquad.Bandpass(pipe, 1.5);
            var block = Biquad.Lowpass(1100);
            var hum = Biquad.Bandpass(130, 2);
            var noise = new Noise(random);
            double phase = 0, turn = random.NextDouble();
            for (var i = 0; i < stroke.Length; i++)
            {
                turn += 0.7 / Dsp.Rate;
                phase += speed * (1 + (rev * Dsp.Sine(turn))) / Dsp.Rate;
                var saw = (float)((2 * (phase - Math.Floor(phase))) - 1);
                var uneven = 1 + (0.35f * Dsp.Sine(phase / 4));
                var source = (uneven * saw * saw * saw) + (0.12f * noise.Next());
                stroke[i] = exhaust.Next(source) + hum.Next(source) + (0.25f * block.Next(source));
            }
            return Dsp.Fade(stroke, 0.06, 0.08);
        };
    }

    /// <summary>Noise in one band that wanders up and down and swells as it rises.</summary>
    public static Voice Wind(Random draw)
    {
        double centre = draw.Between(420, 620), sway = draw.Between(0.3, 0.5), speed = draw.Between(0.7, 1.3);
        return (stroke, random) =>
        {
            var noise = new Noise(random);
            var howl = Biquad.Bandpass(centre, 5);
            var gust = Biquad.Bandpass(centre, 3);
            double turn = random.NextDouble(), height = 0;
            for (var i = 0; i < stroke.Length; i++)
            {
                turn += speed / Dsp.Rate;
                if ((i & 63) == 0)
                {
                    height = Dsp.Sine(turn) + (0.4 * Dsp.Sine(2.3 * turn));
                    howl.TuneBandpass(centre * (1 + (sway * height)), 5);
                    gust.TuneBandpass(centre * (1 + (sway * height)), 2);
                }
                var white = noise.Next();
                stroke[i] = (howl.Next(gust.Next(white)) + (0.02f * white)) * (float)(0.75 + (0.3 * height));
            }
            return Dsp.Fade(stroke, 0.08, 0.1);
        };
    }

    /// <summary>Strokes of a saw, push and pull three to five times a second, each a rasp of teeth.</summary>
    public static Voice Saw(Random draw)
    {
        double strokes = draw.Between(5.5, 8), teeth = draw.Between(110, 170), wood = draw.Between(1300, 1900);
        return (stroke, random) =>
        {
            var noise = new Noise(random);
            var push = Biquad.Bandpass(wood, 1.8);
            var pull = Biquad.Bandpass(wood * 1.8, 2.2);
            double turn = 0, tooth = 0;
            for (var i = 0; i < stroke.Length; i++)
            {
                turn += strokes / 2 / Dsp.Rate;
                tooth += teeth / Dsp.Rate;
                var motion = Dsp.Sine(turn);
                var white = noise.Next() * (0.5f + (0.5f * Dsp.Sine(tooth)));
                var press = motion * motion;
                stroke[i] = press * press * (push.Next(white) * (motion > 0 ? 1f : 0.35f)
                    + (pull.Next(white) * (motion > 0 ? 0.35f : 1f)));
            }
            return Dsp.Fade(stroke, 0.02, 0.04);
        };
    }

    /// <summary>Very many short claps at random times, each a burst of noise around one to two kilohertz.</summary>
    public static Voice Applause(Random draw)
    {
        double density = draw.Between(35, 80), centre = draw.Between(1000, 1400);
        return (stroke, random) =>
        {
            var noise = new Noise(random);
            var palms = Biquad.Bandpass(centre, 1.1);
            var hall = Biquad.Highpass(500);
            var clap = 0.3f;
            var fall = Dsp.Decay(0.035);
            for (var i = 0; i < stroke.Length; i++)
            {
                if (noise.Chance(density / Dsp.Rate))
                {
                    clap += 0.3f + (0.7f * Math.Abs(noise.Next()));
                }
                stroke[i] = hall.Next(palms.Next(clap * noise.Next()));
                clap *= fall;
            }
            return Dsp.Fade(stroke, 0.04, 0.08);
        };
    }
}
