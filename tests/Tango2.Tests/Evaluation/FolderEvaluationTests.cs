using Tango2.Audio;
using Tango2.Evaluation;
using Tango2.Mini.Foley;
using Tango2.Tests.Snapshots;

namespace Tango2.Tests.Evaluation;

/// <summary>Two folders of mini clips with all that may be odd about them, by the mini listeners and by the verb.</summary>
public sealed class FolderEvaluationTests : IDisposable
{
    private static readonly FoleyClip[] Clips = [.. FoleyWorld.Clips(7, FoleySplit.Test, 12)];

    private readonly ScratchFolder _folder = new();

    public FolderEvaluationTests()
    {
        using var scope = NewDisposeScope();
        var waveforms = FoleyWorld.Waveforms(Clips);
        foreach (var side in new[] { "made", "real" })
            for (var i = 0; i < Clips.Length; i++)
                Wav.Write(_folder.At(side, $"output_{i}.wav"), Waveform.FromTensor(waveforms[i] * (side == "made" ? 0.5f : 1), 16_000));
        File.WriteAllLines(_folder.At("captions.txt"), Clips.Select(clip => clip.Caption));
    }

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Numbers_of_two_folders_stand_beside_how_many_clips_they_are_of()
    {
        using var scope = NewDisposeScope();
        var models = MiniModels.Default;
        using var report = new FolderEvaluation { Tagger = models.Tagger(), Claps = [models.Clap("a")] }
            .Run(_folder.At("made"), _folder.At("real"), FolderCaption.Read(_folder.At("captions.txt")), cancellation: TestContext.Current.CancellationToken);
        Assert.Empty(report.Findings);
        Assert.All(report.Values, value => Assert.Equal(12, value.N));
        Assert.Equal(
            ["frechet_distance", "kl_softmax", "kl_sigmoid", "is_mean", "is_std", "kid_mean", "kid_std", "clap.a"], report.Values.Select(v => v.Key));
        Assert.InRange(report["kl_softmax"].Value!.Value, 0, 2);
        Assert.InRange(report["clap.a"].Value!.Value, 0.3, 1);
        Assert.Equal("output_10.wav", report.GeneratedFeatures.Files[2]); // names as strings
        Assert.StartsWith("fad was not measured; there are frechet_distance, ", Assert.Throws<ArgumentException>(() => report["fad"]).Message);
    }

    [Fact]
    public async Task What_is_odd_is_listed_and_strict_stops()
    {
        Wav.Write(_folder.At("made", "output_0.wav"), new([], 16_000));
        Wav.Write(_folder.At("made", "output_1.wav"), new(new float[16_000], 16_000));
        Wav.Write(_folder.At("made", "output_2.wav"), new([.. Enumerable.Range(0, 8_000).Select(i => MathF.Sin(i * 0.1f))], 16_000));
        File.Copy(_folder.At("made", "output_3.wav"), _folder.At("made", "output_4.wav"), overwrite: true);
        Wav.Write(_folder.At("made", "output_5.wav"), new([.. Enumerable.Range(0, 96_000).Select(i => MathF.Sin(i * 0.1f))], 48_000));
        Wav.Write(_folder.At("made", "output_6.wav"), new([.. Enumerable.Range(0, 32_000).Select(i => MathF.Sin(i * 0.2f))], 16_000), WavSamples.Float32);
        File.WriteAllBytes(_folder.At("made", "output_7.wav"), [1, 2, 3]);
        File.Delete(_folder.At("made", "output_8.wav"));
        var line = (string[])["evaluate", _folder.At("made"), _folder.At("real"), "--scale", "mini", "--captions", _folder.At("captions.txt")];
        var told = "";
        var (code, errors) = (0, "");
        var before = Console.Error;
        var writer = new StringWriter();
        Console.SetError(writer);
        try
        {
            (code, errors) = await Verb.Run([.. line, "--out", _folder.At("out.json")]);
        }
        finally
        {
            Console.SetError(before);
        }
        told = writer.ToString();
        Assert.Equal((0, ""), (code, errors));
        foreach (var (kind, file) in new[]
        {
            ("empty", "output_0"), ("silent", "output_1"), ("short", "output_2"), ("duplicate", "output_4"), ("rate", "output_5"), ("float", "output_6"),
            ("damaged", "output_7"), ("missing", "output_8"),
        })
            Assert.Contains($"{kind}: {_folder.At("made", file)}.wav", told, StringComparison.Ordinal);
        var written = System.Text.Json.Nodes.JsonNode.Parse(File.ReadAllText(_folder.At("out.json")))!;
        Assert.Equal(8, written["findings"]!.AsArray().Select(f => (string)f!["kind"]!).Distinct().Count());
        var kl = written["values"]!.AsArray().Single(v => (string)v!["key"]! == "kl_softmax")!;
        Assert.Equal(9, (int)kl["n"]!);
        Assert.Null((double?)kl["value"]); // 11 of 12 names are no 99 %
        Assert.Contains("11 names are in both folders, 91.7 % and not above 99 %", (string)kl["note"]!);

        (code, errors) = await Verb.Run([.. line, "--strict", "--out", _folder.At("strict.json")]);
        Assert.Equal(2, code);
        Assert.Contains("The clips are not as they should be, ", errors, StringComparison.Ordinal);
        Assert.Contains(_folder.At("made", "output_8.wav") + " is missing", errors, StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.At("strict.json")));
    }

    [Fact]
    public async Task A_network_that_is_not_here_is_named_with_the_command_that_fetches_it()
    {
        foreach (var (line, message) in new (string[], string)[]
        {
            (["evaluate", _folder.At("made"), _folder.At("real"), "--cnn14", "none.pth"], "--cnn14: there is no file none.pth. Fetch it with `tango2 fetch panns-cnn14-16k`."),
            (["evaluate", _folder.At("made"), _folder.At("nowhere")], $"There is no folder {_folder.At("nowhere")}."),
            (["evaluate", _folder.At("made"), _folder.At("real"), "--captions", "none.csv"], "There is no file of captions none.csv."),
            (["evaluate", _folder.At("made"), "--temporal", "x.json"], "--temporal needs STEAM's grounding model"),
            (["evaluate", _folder.At("made"), "--device", "tpu"], "The device must be cpu, cuda or cuda:N, but is 'tpu'."),
        })
        {
            var (code, errors) = await Verb.Run(line);
            Assert.Equal(2, code);
            Assert.Contains(message, errors, StringComparison.Ordinal);
        }
    }
}
