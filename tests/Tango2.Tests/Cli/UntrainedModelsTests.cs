using Tango2.Audio;
using Tango2.Checkpoints;
using Tango2.Cli;
using Tango2.Models;

namespace Tango2.Tests.Cli;

/// <summary>The verbs from end to end, with models that have learned nothing.</summary>
public sealed class UntrainedModelsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public UntrainedModelsTests()
    {
        foreach (var name in new[] { "tokenizer.model", "clap-vocab.json", "clap-merges.txt" })
            File.Copy(Path.Combine(Golden.Root, "data", "mini", name), At(name));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Generate_writes_one_clip_and_the_same_seed_gives_the_same_file()
    {
        random.manual_seed(1);
        Save("text-encoder", new T5EncoderModel(MiniScale.TextEncoder));
        Save("unet-base", new UNet2DConditionModel(MiniScale.UNet));
        Save("vocoder", new HiFiGanGenerator(MiniScale.Vocoder with { WeightNorm = false }));
        Save("vae", new AutoencoderKL(MiniScale.Vae), new Dictionary<string, string> { ["scale_factor"] = "1" });
        foreach (var (file, seed) in new[] { ("a.wav", "3"), ("b.wav", "3"), ("c.wav", "4") })
            Assert.Equal((0, ""), await Run(
                "generate", "a dog barks", "--out", At(file), "--steps", "1", "--seed", seed, "--weights", _folder.FullName));
        var clip = Sound.Read(At("a.wav"));
        Assert.Equal((16_000, 40_960), (clip.SampleRate, clip.Samples.Length));
        Assert.Equal(File.ReadAllBytes(At("a.wav")), File.ReadAllBytes(At("b.wav")));
        Assert.NotEqual(File.ReadAllBytes(At("a.wav")), File.ReadAllBytes(At("c.wav")));
    }

    [Fact]
    public async Task Score_takes_a_short_file_of_another_sample_rate()
    {
        foreach (var name in new[] { "a", "b", "judge" }) Save($"clap-{name}", new ClapModel(MiniScale.Clap(name)));
        Wav.Write(At("x.wav"), new(Enumerable.Range(0, 4_000).Select(i => MathF.Sin(i * 0.2f)).ToArray(), 8_000));
        Assert.Equal((0, ""), await Run("score", At("x.wav"), "a bell rings", "--weights", _folder.FullName));
    }

    private void Save(string name, nn.Module network, IReadOnlyDictionary<string, string>? metadata = null)
    {
        StateDict.Save(At($"{name}.safetensors"), network, metadata: metadata);
        network.Dispose();
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);

    private static async Task<(int Code, string Errors)> Run(params string[] arguments)
    {
        var errors = new StringWriter();
        return (await Program.Run(arguments, errors), errors.ToString());
    }
}
