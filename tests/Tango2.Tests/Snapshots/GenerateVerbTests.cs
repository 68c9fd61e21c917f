using System.Text.Json.Nodes;
using Tango2.Audio;
using Tango2.Pipelines;
using Tango2.Published;
using Tango2.Tests.Hub;

namespace Tango2.Tests.Snapshots;

/// <summary>The verb that generates, by published models of the hub's cache and of folders.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class GenerateVerbTests : IDisposable
{
    private const string CacheVariable = "HF_HUB_CACHE", Name = "tango2", Repository = "declare-lab/tango2";

    private readonly ScratchFolder _folder = new();
    private readonly EnvironmentScope _environment = new((CacheVariable, SnapshotSet.Hub.Folder));

    public void Dispose()
    {
        _environment.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_name_and_a_folder_are_one_model_whose_file_is_the_pipelines_sound_cut_to_16_bits()
    {
        using var scope = NewDisposeScope();
        var snapshot = Need();
        Assert.Equal((0, ""), await Verb.Run("generate", "rain falls", "--model", Name, "--out", At("a.wav"), "--steps", "1", "--seed", "3"));
        Assert.Equal((0, ""), await Verb.Run(
            "generate", "rain falls", "--model", snapshot.Folder, "--out", At("b.wav"), "--steps", "1", "--seed", "3", "--sampler", "ddpm"));
        var tango = PublishedTango.Load(snapshot).To(Where.Device);
        var sound = Waveform.FromTensor(tango.Generate(["rain falls"], [3], tango.Defaults with { Steps = 1 }), tango.SampleRate);
        Assert.Equal(Wav.Encode(sound, WavSamples.Truncated16), File.ReadAllBytes(At("a.wav")));
        Assert.Equal(File.ReadAllBytes(At("a.wav")), File.ReadAllBytes(At("b.wav")));
        Assert.Equal(tango.ClipSamples + 32, sound.Samples.Length);
    }

    [Fact]
    public async Task Many_prompts_make_a_folder_in_which_a_stopped_run_goes_on_and_another_is_refused()
    {
        Need();
        await File.WriteAllTextAsync(At("p.jsonl"), "{\"captions\": \"rain\"}\n{\"captions\": \"wind\"}\n", TestContext.Current.CancellationToken);
        string[] line = ["generate", "--prompts", At("p.jsonl"), "--model", Name, "--out", At("out"), "--steps", "1", "--batch", "1", "--guidance", "1"];
        Assert.Equal((0, ""), await Verb.Run(line));
        Assert.Equal(["manifest.jsonl", "output_0.wav", "output_1.wav", "tango2.lock.json"], Directory.GetFiles(At("out")).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        var lines = File.ReadAllLines(At("out/manifest.jsonl")).Select(l => JsonNode.Parse(l)!).ToArray();
        Assert.Equal(["rain", "wind"], lines.Select(l => (string)l["prompt"]!));
        Assert.Equal([1, 2], lines.Select(l => (int)l["seed"]!));

        var (first, manifest) = (File.GetLastWriteTimeUtc(At("out/output_0.wav")), File.ReadAllText(At("out/manifest.jsonl")));
        File.Delete(At("out/output_1.wav"));
        Assert.Equal((0, ""), await Verb.Run(line));
        Assert.Equal(first, File.GetLastWriteTimeUtc(At("out/output_0.wav")));
        Assert.Equal(manifest, File.ReadAllText(At("out/manifest.jsonl")));
        Assert.True(File.Exists(At("out/output_1.wav")));

        var (code, errors) = await Verb.Run([.. line, "--seed", "7"]);
        Assert.Equal((2, $"tango2: {At("out")} belongs to another run: it holds output_0.wav with seed 1, which is 7 here. " +
            "Name another folder with --out, or remove this one.\n"), (code, errors));
        line[^1] = "2";
        Assert.Contains("output_0.wav with guidance 1, which is 2 here", (await Verb.Run(line)).Errors);
    }

    [Fact]
    public async Task Several_samples_of_a_prompt_go_into_folders_of_their_own()
    {
        Need();
        Assert.Equal((0, ""), await Verb.Run(
            "generate", "rain", "--model", Name, "--out", At("out"), "--steps", "1", "--guidance", "1", "--samples-per-prompt", "2"));
        Assert.NotEqual(File.ReadAllBytes(At("out/sample_1/output_0.wav")), File.ReadAllBytes(At("out/sample_2/output_0.wav")));
    }

    [Fact]
    public async Task A_model_that_is_not_on_this_disk_is_told_with_the_verb_that_fetches_it()
    {
        Environment.SetEnvironmentVariable(CacheVariable, _folder.Path);
        var (code, errors) = await Verb.Run("generate", "rain", "--model", Name, "--out", At("a.wav"));
        Assert.Equal(2, code);
        Assert.StartsWith($"tango2: {Name} is not in ", errors);
        Assert.Contains($": fetch it with `tango2 fetch {Name}`, or set HF_HOME", errors);
    }

    [Fact]
    public async Task A_device_that_is_not_there_is_told()
    {
        Assert.SkipWhen(cuda.is_available(), "There is a GPU here.");
        var (code, errors) = await Verb.Run("generate", "rain", "--model", Name, "--out", At("a.wav"), "--device", "cuda:1");
        Assert.Equal(2, code);
        Assert.StartsWith("tango2: The device cuda:1 is not there: this libtorch sees no CUDA.", errors);
    }

    [Fact]
    public void In_bfloat16_the_latents_are_nearly_those_of_float32()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tango = PublishedTango.Load(Need()).To(Where.Device);
        var options = tango.Defaults with { Steps = 2, Sampler = Sampler.DpmSolver };
        var exact = tango.Latents(["rain falls"], [3], options);
        var near = tango.To(Where.Device, Precision.BFloat16).Latents(["rain falls"], [3], options);
        Assert.Equal(float32, near.dtype);
        var off = ((near - exact).square().mean().sqrt() / exact.std()).item<float>();
        Assert.InRange(off, 1e-6, 0.1);
        Assert.Equal(exact.shape, tango.To(Where.Device).Latents(["rain falls"], [3], options).shape);
    }

    [Fact]
    public void A_published_model_walks_as_the_papers_code_does()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var tango = PublishedTango.Load(Need()).To(Where.Device);
        Assert.Equal((200, 3.0, Sampler.Ddpm), (tango.Defaults.Steps, tango.Defaults.GuidanceScale, tango.Defaults.Sampler));
        Assert.Equal([501, 1], tango.Timesteps(new() { Steps = 2 }));
        Assert.Equal(996, tango.Timesteps()[0]);
        var options = tango.Defaults with { Steps = 1, Sampler = Sampler.Ddim };
        Tensor By(double guidance) => tango.Latents(["rain falls"], [3], options with { GuidanceScale = guidance });
        Assert.True(By(0).equal(By(1)).all().item<bool>());
        Assert.False(By(2).equal(By(1)).all().item<bool>());
    }

    private static Tango2.Hub.Snapshot Need()
    {
        SnapshotSet.Need();
        return SnapshotSet.Hub.Find(Repository) ?? throw new DirectoryNotFoundException($"{Repository} is not in {SnapshotSet.Hub.Folder}.");
    }

    private string At(string file) => _folder.At(file);
}
