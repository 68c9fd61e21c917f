using Tango2.Diffusion;
using Tango2.Pipelines;
using Tango2.Published;

namespace Tango2.Tests.Snapshots;

/// <summary>AudioLDM 2 as a user runs it: by prompts and seeds, in other forms of its files, and on other number types.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class AudioLdm2RunTests
{
    private static readonly AudioLdm2Options Short = new()
    {
        Walk = PublishedAudioLdm2.Defaults with { Steps = 2 },
        Seconds = 0.64,
    };

    public static IEnumerable<TheoryDataRow<string>> Entries => SnapshotSet.Names("audioldm2");

    [Theory, MemberData(nameof(Entries))]
    public void A_prompt_with_its_seed_is_the_same_clip_in_any_batch(string name)
    {
        using var scope = NewDisposeScope();
        var (prompts, pipeline) = Loaded(name);
        var calls = new List<(int Done, int Of)>();
        var both = pipeline.Generate(prompts, [3, 4], Short, (done, of) => calls.Add((done, of)));
        var alone = pipeline.Generate([prompts[1]], [4], Short);
        Assert.Equal([2, (long)(0.64 * pipeline.SampleRate)], both.shape);
        Golden.Close(alone, both[1..], 1e-4, 0, "the second prompt's clip");
        Assert.True((both[0] - both[1]).abs().max().item<float>() > 1e-3);
        Assert.Equal([(1, 2), (2, 2)], calls);
        Assert.Equal(float32, both.dtype);
    }

    [Theory, MemberData(nameof(Entries))]
    public void A_prompts_own_call_gives_the_references_steps(string name)
    {
        using var scope = NewDisposeScope();
        var (prompts, pipeline) = Loaded(name);
        var generated = pipeline.Generate([prompts[0]], [7], Short);
        var text = pipeline.Encode([prompts[0]]);
        var negative = pipeline.Encode([""], (int)text.TextIds.shape[1]);
        var noise = RowNoise.Draw(RowNoise.Generators([7]), [.. pipeline.LatentShape(0.64)]);
        var latents = pipeline.Latents(text, negative, new(noise), Short.Walk);
        Golden.Close(pipeline.Decode(latents, 0.64), generated, 1e-5, 0, "the clip");
    }

    [Theory, MemberData(nameof(Entries))]
    public void Several_clips_of_a_prompt_come_in_claps_order(string name)
    {
        using var scope = NewDisposeScope();
        var (prompts, pipeline) = Loaded(name);
        var options = Short with { WaveformsPerPrompt = 3, NegativePrompts = ["noise"] };
        var clips = pipeline.Generate(prompts, [1, 2], options);
        Assert.Equal(6, clips.shape[0]);
        for (var i = 0; i < 2; i++)
        {
            var ranking = pipeline.Rank([prompts[i]], clips.narrow(0, 3 * i, 3));
            var logits = ranking.LogitsPerText[0].data<float>().ToArray();
            Assert.Equal(logits.OrderDescending(), logits);
        }
        var plain = pipeline.Generate(prompts, [1, 2], options with { NegativePrompts = null });
        Assert.True((clips - plain).abs().max().item<float>() > 1e-3, "The negative prompt changed nothing.");
    }

    [Theory, MemberData(nameof(Entries))]
    public void Each_of_several_texts_chooses_among_all_clips(string name)
    {
        using var scope = NewDisposeScope();
        var (prompts, pipeline) = Loaded(name);
        var clips = 0.1 * randn([4, 16_000], generator: new Generator(5, CPU));
        var ranking = pipeline.Rank(prompts, clips);
        Assert.Equal([2, 4], ranking.LogitsPerText.shape);
        var expected = ranking.LogitsPerText.argsort(1, descending: true).narrow(1, 0, 2).reshape(-1);
        Assert.Equal(expected.data<long>().ToArray(), ranking.Order.data<long>().ToArray());
    }

    [Theory, MemberData(nameof(Entries))]
    public void Bin_files_alone_give_the_same_as_safetensors(string name)
    {
        using var scope = NewDisposeScope();
        var (prompts, pipeline) = Loaded(name);
        using var folder = Linked(name);
        foreach (var part in new[] { "text_encoder/model", "vae/diffusion_pytorch_model", "projection_model/diffusion_pytorch_model" })
        {
            var bin = part.Replace("/model", "/pytorch_model", StringComparison.Ordinal) + ".bin";
            if (File.Exists(folder.At(bin))) File.Delete(folder.At(part + ".safetensors"));
        }
        var other = PublishedAudioLdm2.Load(new(folder.Path));
        Golden.Close(pipeline.Generate([prompts[0]], [7], Short), other.Generate([prompts[0]], [7], Short), 0, 0, "the clip");
    }

    [Theory, MemberData(nameof(Entries))]
    public void Each_sampler_and_bfloat16_give_a_clip(string name)
    {
        using var scope = NewDisposeScope();
        var (prompts, pipeline) = Loaded(name);
        foreach (var sampler in Enum.GetValues<Sampler>())
        {
            var options = Short with { Walk = Short.Walk! with { Sampler = sampler, Steps = 3 } };
            var clip = pipeline.Generate([prompts[0]], [7], options);
            Assert.True(clip.isfinite().all().item<bool>(), $"{sampler}: not finite.");
        }
        var exact = pipeline.Latents(Of(pipeline), Short.Walk!);
        var rounded = pipeline.To(CPU, Precision.BFloat16).Latents(Of(pipeline), Short.Walk!);
        Assert.Equal(float32, rounded.dtype);
        Assert.InRange(((exact - rounded).norm() / exact.norm()).item<float>(), 1e-5f, 0.2f);
        pipeline.To(CPU);

        (AudioLdm2Text Text, AudioLdm2Text Negative, WalkNoise Noise) Of(AudioLdm2 one)
        {
            var text = one.Encode([prompts[0]]);
            return (text, one.Encode([""], (int)text.TextIds.shape[1]), new(randn([1, .. one.LatentShape(0.64)], generator: new Generator(1, CPU))));
        }
    }

    [Theory, MemberData(nameof(Entries))]
    public void Generating_leaves_no_tensors_behind(string name)
    {
        var (prompts, pipeline) = Loaded(name);
        pipeline.Generate([prompts[0]], [7], Short).Dispose();
        var before = Tensor.TotalCount;
        pipeline.Generate(prompts, [7, 8], Short with { WaveformsPerPrompt = 2 }).Dispose();
        Assert.Equal(before, Tensor.TotalCount);
    }

    [Theory, MemberData(nameof(Entries))]
    public void What_makes_no_sense_is_refused_before_any_work(string name)
    {
        using var scope = NewDisposeScope();
        var (prompts, pipeline) = Loaded(name);
        void Refused(string message, IReadOnlyList<string> texts, IReadOnlyList<long> seeds, AudioLdm2Options options) => Assert.Contains(
            message, Assert.ThrowsAny<ArgumentException>(() => pipeline.Generate(texts, seeds, options)).Message, StringComparison.Ordinal);
        Refused("At least one prompt", [], [], Short);
        Refused("2 prompts, 1 seeds", prompts, [1], Short);
        Refused("seconds or longer, but 0.001 are asked for", prompts, [1, 2], Short with { Seconds = 0.001 });
        Refused("there are 3 for 2 prompts", prompts, [1, 2], Short with { NegativePrompts = ["a", "b", "c"] });
        Refused("WaveformsPerPrompt must be at least 1, but is 0", prompts, [1, 2], Short with { WaveformsPerPrompt = 0 });
        Refused("NewTokens must be at least 1, but is 0", prompts, [1, 2], Short with { NewTokens = 0 });
        Refused("Steps must be from 1 to", prompts, [1, 2], Short with { Walk = Short.Walk! with { Steps = 0 } });
        var text = pipeline.Encode(prompts);
        var noise = new WalkNoise(zeros([3, .. pipeline.LatentShape(0.64)]));
        Assert.Contains("3 for 2 prompts", Assert.Throws<ArgumentException>(
            () => pipeline.Latents(text, text, noise, Short.Walk)).Message, StringComparison.Ordinal);
        Assert.Contains("negative is needed", Assert.Throws<ArgumentNullException>(
            () => pipeline.Latents(text, null, new(zeros([2, .. pipeline.LatentShape(0.64)])), Short.Walk)).Message, StringComparison.Ordinal);
        Assert.Contains("as many clips for each text, but there are 3 for 2", Assert.Throws<ArgumentException>(
            () => pipeline.Rank(prompts, zeros(3, 1000))).Message, StringComparison.Ordinal);
    }

    internal static LinkedFolder Linked(string name) => new(SnapshotSet.Of(SnapshotSet.Entry(name)).Folder);

    private static (string[] Prompts, AudioLdm2 Pipeline) Loaded(string name)
    {
        var entry = SnapshotSet.Entry(name);
        return ([.. entry.Strings("prompts").Take(2)], PublishedAudioLdm2.Load(SnapshotSet.Of(entry)));
    }
}

file static class AudioLdm2Short
{
    public static Tensor Latents(this AudioLdm2 pipeline, (AudioLdm2Text Text, AudioLdm2Text Negative, WalkNoise Noise) given, GenerationOptions walk) =>
        pipeline.Latents(given.Text, given.Negative, given.Noise, walk);
}
