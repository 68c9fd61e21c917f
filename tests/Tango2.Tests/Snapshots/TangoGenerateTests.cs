using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Tango2.Audio;
using Tango2.Diffusion;
using Tango2.Pipelines;
using Tango2.Published;
using Tango2.Tests.Parity;

namespace Tango2.Tests.Snapshots;

/// <summary>Prompts to sound by a published Tango, with all noise given: every walk that the reference recorded.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed partial class TangoGenerateTests
{
    public static IEnumerable<TheoryDataRow<string>> Entries => SnapshotSet.Names("tango_generate");

    [Theory, MemberData(nameof(Entries))]
    public void Latents_mel_and_sound_are_the_references(string name)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var entry = SnapshotSet.Entry(name);
        var comparison = new Comparison(entry);
        var tango = PublishedTango.Load(SnapshotSet.Of(entry)).To(Where.Device);
        comparison.Maybe("prompt_embeds", () => Embeds(tango, entry));
        foreach (var walk in Walk.Of(entry)) walk.Compare(tango, comparison);
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.Finish());
    }

    // The empty prompts first, filled up to the others' length.
    private static Tensor Embeds(TextToAudio tango, ParityFixture entry)
    {
        var prompts = entry.Strings("prompts");
        return tango.Encode([.. prompts.Select(_ => ""), .. prompts]).EncoderHiddenStates;
    }

    /// <summary>One of an entry's walks: its outputs begin with a name, such as ddpm., or with none.</summary>
    private sealed partial record Walk(
        ParityFixture Entry, string Name, IReadOnlyList<string> Prompts, GenerationOptions Options, WalkNoise Noise)
    {
        public static IEnumerable<Walk> Of(ParityFixture entry)
        {
            var samples = (int?)entry.Config["num_samples_per_prompt"] ?? 1;
            string[] prompts = [.. entry.Strings("prompts").SelectMany(p => Enumerable.Repeat(p, samples))];
            var guidance = (double)entry.Config["guidance_scale"]!;
            foreach (var sampler in new[] { Sampler.Ddpm, Sampler.Ddim })
            {
                var word = $"{sampler}".ToLowerInvariant();
                if ((int?)entry.Config[$"steps_{word}"] is not { } steps) continue;
                var noise = entry.Config["noise"] is { } told ? Told(entry, (string)told!)
                    : new(entry.Input("initial_noise"), entry.InputOrNull("step_noises"));
                yield return new(
                    entry, entry.Outputs.Any(o => o.StartsWith(word + ".", StringComparison.Ordinal)) ? word + "." : "", prompts,
                    new() { Steps = steps, GuidanceScale = guidance, Sampler = sampler }, noise);
            }
            if (entry.Config["noguide"] is { } plain)
                yield return new(
                    entry, "noguide.", [(string)plain["prompt"]!],
                    new() { Steps = (int)plain["steps"]!, GuidanceScale = (double)plain["guidance_scale"]! },
                    Told(entry, (string)plain["noise"]!));
        }

        public void Compare(TextToAudio tango, Comparison comparison)
        {
            comparison.Maybe(Name + "timesteps", () => tensor(tango.Timesteps(Options).Select(t => (long)t).ToArray()));
            Steps(tango, comparison);
            var latents = tango.Latents(Prompts, Noise, Options);
            comparison.Close(Name + "latents", latents);
            foreach (var output in Entry.Outputs.Where(o => o.StartsWith(Name + "mel", StringComparison.Ordinal)))
                comparison.Close(output, First(output, tango.DecodeMel(latents)), Like(output, "mel"));
            if (!Entry.Outputs.Any(o => o.StartsWith(Name + "wave", StringComparison.Ordinal))) return;
            var wave = tango.Decode(latents);
            foreach (var output in Entry.Outputs.Where(o => o.StartsWith(Name + "wave", StringComparison.Ordinal)))
                if (output.Contains("int16", StringComparison.Ordinal)) comparison.Close(output, First(output, Pcm(wave.cpu(), tango.SampleRate)), Like(output, "wave_int16"));
                else comparison.Close(output, First(output, wave), Like(output, "wave"));
        }

        // A tolerance is under the output's own name, or under that of the whole of which it is a part.
        private string Like(string output, string whole) =>
            Entry.Entry["suggested_tolerance"]!.AsObject().Any(t => t.Key.Contains("output." + output, StringComparison.Ordinal))
                ? output : Name + whole;

        /// <summary>The walk again, step by step, for what is recorded of each.</summary>
        private void Steps(TextToAudio tango, Comparison comparison)
        {
            var std = Name + "latents_std_per_step";
            if (!Entry.Has(Name + "step1.guided") && !Entry.Has(Name + "step1.latents") && !Entry.Has(std)) return;
            using var scope = NewDisposeScope();
            var (timesteps, deviations) = (tango.Timesteps(Options), new List<double>());
            var text = tango.Encode([.. Prompts.Select(_ => ""), .. Prompts]);
            var z = Noise.Initial.to(float32, tango.Device);
            for (var i = 0; i < timesteps.Count; i++)
            {
                var t = full([2 * Prompts.Count], timesteps[i], int64, tango.Device);
                var halves = tango.Denoise(cat([z, z]), t, text).chunk(2);
                var guided = Guidance.Combine(halves[0], halves[1], Options.GuidanceScale);
                var next = i + 1 < timesteps.Count ? timesteps[i + 1] : -1;
                z = Options.Sampler == Sampler.Ddpm
                    ? DdpmSampler.Step(tango.Schedule, guided, timesteps[i], next, z, Noise.Steps![i].to(float32, tango.Device))
                    : DdimSampler.Step(tango.Schedule, guided, timesteps[i], next, z);
                if (i == 0)
                {
                    comparison.Maybe(Name + "step1.guided", () => guided);
                    comparison.Maybe(Name + "step1.latents", () => z);
                }
                deviations.Add(z.to(float64).std().item<double>());
            }
            comparison.Maybe(std, () => tensor(deviations.ToArray()));
        }

        /// <summary>The part of a result that is kept, by the words of its name: first, second, every4.</summary>
        private static Tensor First(string output, Tensor whole)
        {
            if (output.Contains("_first", StringComparison.Ordinal)) whole = whole[..1];
            if (output.Contains("_second", StringComparison.Ordinal)) whole = whole[1..2];
            if (Every().Match(output) is { Success: true } every)
            {
                var step = int.Parse(every.Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture);
                whole = whole.index_select(-1, arange(0, whole.shape[^1], step, int64, whole.device));
                if (whole.shape[0] == 1) whole = whole.squeeze(0);
            }
            return whole;
        }

        /// <summary>The samples of the file that the verb writes.</summary>
        private static Tensor Pcm(Tensor waves, int rate) => stack([.. Enumerable.Range(0, (int)waves.shape[0]).Select(i =>
        {
            var file = Wav.Encode(Waveform.FromTensor(waves[i], rate), WavSamples.Truncated16).AsSpan(44);
            var samples = new short[file.Length / 2];
            for (var n = 0; n < samples.Length; n++) samples[n] = BinaryPrimitives.ReadInt16LittleEndian(file[(2 * n)..]);
            return tensor(samples);
        })]);

        /// <summary>Noise as the manifest's words tell it: "other.safetensors: input.a[0:1], input.b[0:2, 0:1]".</summary>
        private static WalkNoise Told(ParityFixture entry, string words)
        {
            var source = Path.Combine(Path.GetDirectoryName(entry.Path)!, words.Contains(':', StringComparison.Ordinal) && words.Contains(".safetensors", StringComparison.Ordinal)
                ? words.Split(':')[0].Trim() : Path.GetFileName(entry.Path));
            var tensors = Tango2.Checkpoints.SafeTensors.Read(source);
            var parts = Part().Matches(words).Select(m => Cut(tensors[m.Groups["key"].Value], m.Groups["ranges"].Value)).ToArray();
            return new(parts[0], parts.Length > 1 ? parts[1] : null);
        }

        private static Tensor Cut(Tensor whole, string ranges)
        {
            foreach (var (axis, range) in ranges.Split(',').Index())
            {
                var ends = range.Split(':').Select(n => long.Parse(n, System.Globalization.CultureInfo.InvariantCulture)).ToArray();
                whole = whole.narrow(axis, ends[0], ends[1] - ends[0]);
            }
            return whole;
        }

        [GeneratedRegex(@"every(\d+)")]
        private static partial Regex Every();

        [GeneratedRegex(@"(?<key>input\.\w+)\[(?<ranges>[^\]]+)\]")]
        private static partial Regex Part();
    }
}
