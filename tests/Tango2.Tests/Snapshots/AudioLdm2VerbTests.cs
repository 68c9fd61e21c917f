using Tango2.Audio;
using Tango2.Hub;
using Tango2.Pipelines;
using Tango2.Published;
using Tango2.Tests.Hub;

namespace Tango2.Tests.Snapshots;

/// <summary>The verb that generates, by AudioLDM 2.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class AudioLdm2VerbTests : IDisposable
{
    private const string CacheVariable = "HF_HUB_CACHE", Name = "audioldm2", Repository = "cvssp/audioldm2";

    private readonly ScratchFolder _folder = new();
    private readonly EnvironmentScope _environment = new((CacheVariable, SnapshotSet.Hub.Folder));

    public void Dispose()
    {
        _environment.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_name_and_a_folder_are_one_model_whose_file_is_the_pipelines_sound()
    {
        using var scope = NewDisposeScope();
        var snapshot = Needed();
        string[] line = ["generate", "rain falls", "--steps", "1", "--seed", "3"];
        Assert.Equal((0, ""), await Verb.Run([.. line, "--model", Name, "--out", At("a.wav")]));
        Assert.Equal((0, ""), await Verb.Run([.. line, "--model", snapshot.Folder, "--out", At("b.wav"), "--sampler", "ddim", "--guidance", "3.5"]));
        Assert.Equal(File.ReadAllBytes(At("a.wav")), File.ReadAllBytes(At("b.wav")));
        Assert.Equal((0, ""), await Verb.Run([.. line, "--model", Name, "--out", At("c.wav"), "--bits", "float"]));
        var pipeline = PublishedAudioLdm2.Load(snapshot, Where.Device);
        var sound = Waveform.FromTensor(pipeline.Generate(["rain falls"], [3], pipeline.Defaults with { Steps = 1 }), pipeline.SampleRate);
        Assert.Equal(Wav.Encode(sound, WavSamples.Float32), File.ReadAllBytes(At("c.wav")));
        Assert.Equal((int)(pipeline.Seconds * pipeline.SampleRate), sound.Samples.Length);
    }

    [Fact]
    public async Task Negative_prompt_length_and_the_best_of_several_are_the_pipelines()
    {
        using var scope = NewDisposeScope();
        var snapshot = Needed();
        var pipeline = PublishedAudioLdm2.Load(snapshot, Where.Device);
        var seconds = pipeline.Seconds / 2;
        Assert.Equal((0, ""), await Verb.Run(
            "generate", "rain falls", "--steps", "2", "--seed", "3", "--model", Name, "--out", At("a.wav"), "--bits", "float",
            "--negative", "music", "--seconds", $"{seconds}", "--best-of", "3"));
        var best = pipeline.Generate(["rain falls"], [3], new AudioLdm2Options
        {
            Walk = pipeline.Defaults with { Steps = 2 },
            NegativePrompts = ["music"],
            Seconds = seconds,
            WaveformsPerPrompt = 3,
        })[0];
        Assert.Equal(Wav.Encode(Waveform.FromTensor(best, pipeline.SampleRate), WavSamples.Float32), File.ReadAllBytes(At("a.wav")));
    }

    [Theory]
    [InlineData("--negative", "music")]
    [InlineData("--seconds", "2")]
    [InlineData("--best-of", "2")]
    public async Task Another_model_cannot_be_asked_for_them(string option, string value)
    {
        Assert.Equal(
            (2, "tango2: --negative, --seconds and --best-of are of AudioLDM 2, but --model base is another: leave them out.\n"),
            await Verb.Run("generate", "rain falls", "--model", "base", "--out", At("a.wav"), option, value));
        Assert.False(File.Exists(At("a.wav")));
    }

    [Fact]
    public async Task What_it_has_of_its_own_is_not_asked_for()
    {
        Needed();
        await File.WriteAllTextAsync(At("unet.json"), "{}", TestContext.Current.CancellationToken);
        var (code, errors) = await Verb.Run("generate", "rain", "--model", Name, "--out", At("a.wav"), "--unet-config", At("unet.json"));
        Assert.Equal(2, code);
        Assert.Equal($"tango2: --unet-config and --text-encoder are of a Tango, but --model {Name} is AudioLDM 2, which has its own.\n", errors);
    }

    [Fact]
    public async Task One_that_is_not_on_this_disk_is_told_with_the_verb_that_fetches_it()
    {
        Environment.SetEnvironmentVariable(CacheVariable, _folder.Path);
        var (code, errors) = await Verb.Run("generate", "rain", "--model", Name, "--out", At("a.wav"));
        Assert.Equal(2, code);
        Assert.StartsWith($"tango2: {Name} is not in ", errors);
        Assert.Contains($": fetch it with `tango2 fetch {Name}`, or set HF_HOME", errors);
    }

    private static Snapshot Needed()
    {
        SnapshotSet.Need();
        var snapshot = SnapshotSet.Hub.Find(Repository);
        Assert.SkipWhen(snapshot is null, $"{SnapshotSet.Folder} has no {Repository}.");
        return snapshot!;
    }

    private string At(string file) => _folder.At(file);
}
