using Tango2.Tensors;

namespace Tango2.Mini.Foley;

/// <summary>
/// The mini scale's stand-in for a captioned audio corpus: clip i of seed s is always the same, whatever else is
/// asked for, and from any thread.
/// </summary>
public static class FoleyWorld
{
    /// <summary>Samples per second of all rendered sound.</summary>
    public const int SampleRate = Dsp.Rate;

    private const float Peak = 0.5f;
    private const int Reflections = 5;

    /// <summary>Scene number <paramref name="index"/> of a world.</summary>
    /// <param name="seed">The world.</param>
    /// <param name="index">At least 0.</param>
    /// <param name="mix">How often each structure comes.</param>
    /// <param name="split">Keeps to the pairs of events of this part; without it all pairs are drawn.</param>
    public static Scene Scene(long seed, long index, SceneMix mix, FoleySplit? split = null)
    {
        ArgumentNullException.ThrowIfNull(mix);
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        var world = $"foley {split}";
        return ScenePlan.Draw(Seeds.Random(seed, world, index), mix, split, Seeds.Derive(seed, world, index));
    }

    /// <summary>Clip number <paramref name="index"/> of a part of a world, with a true caption.</summary>
    public static FoleyClip Clip(long seed, FoleySplit split, long index, SceneMix? mix = null)
    {
        var scene = Scene(seed, index, mix ?? SceneMix.Default, split);
        return new FoleyClip(index, split, scene, Caption.Variant(scene, 0, split));
    }

    /// <summary>The first <paramref name="count"/> clips of a part of a world, made as they are asked for.</summary>
    public static IEnumerable<FoleyClip> Clips(long seed, FoleySplit split, int count, SceneMix? mix = null) =>
        Enumerable.Range(0, count).Select(index => Clip(seed, split, index, mix));

    /// <summary>The sound of a scene: samples at 16 kHz whose peak is 0.5.</summary>
    public static float[] Render(Scene scene)
    {
        ArgumentNullException.ThrowIfNull(scene);
        var samples = new float[(int)Math.Round(scene.Seconds * SampleRate)];
        for (var k = 0; k < scene.Events.Count; k++)
        {
            var placed = scene.Events[k];
            var lengths = placed.Repetitions.Select(stroke => stroke.Seconds).ToArray();
            var strokes = placed.Event.Synthesize(Seeds.Random(scene.Seed, "voice", k), lengths);
            for (var i = 0; i < strokes.Length; i++)
            {
                var onset = (int)Math.Round(placed.Repetitions[i].Onset * SampleRate);
                Add(samples, strokes[i], onset, (float)placed.Gain);
            }
        }
        return Normalize(Room(samples, Seeds.Random(scene.Seed, "room")));
    }

    /// <summary>The sound of clips, [B, N].</summary>
    /// <param name="clips">At least one, all as long.</param>
    public static Tensor Waveforms(IReadOnlyList<FoleyClip> clips)
    {
        var rendered = new float[clips.Count][];
        Parallel.For(0, clips.Count, i => rendered[i] = clips[i].Render());
        var samples = rendered[0].Length;
        var flat = new float[(long)clips.Count * samples];
        for (var i = 0; i < rendered.Length; i++) rendered[i].CopyTo(flat.AsSpan(i * samples));
        return tensor(flat).reshape(clips.Count, samples);
    }

    private static void Add(float[] samples, float[] sound, int onset, float gain)
    {
        var end = Math.Min(sound.Length, samples.Length - onset);
        for (var i = Math.Max(0, -onset); i < end; i++)
        {
            samples[onset + i] += gain * sound[i];
        }
    }

    // A few early reflections within 40 ms: a small room that leaves onsets and offsets where they are.
    private static float[] Room(float[] dry, Random random)
    {
        var wet = (float[])dry.Clone();
        var gain = random.Between(0, 0.3);
        for (var k = 0; k < Reflections; k++)
        {
            var delay = (int)(random.Between(0.003 + (0.006 * k), 0.010 + (0.006 * k)) * SampleRate);
            Add(wet, dry, delay, (float)(random.Next(2) == 0 ? gain : -gain));
            gain *= 0.7;
        }
        return wet;
    }

    private static float[] Normalize(float[] samples)
    {
        float peak = 0;
        foreach (var sample in samples)
        {
            peak = Math.Max(peak, Math.Abs(sample));
        }
        var gain = Peak / Math.Max(peak, 1e-6f);
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] *= gain;
        }
        return samples;
    }
}
