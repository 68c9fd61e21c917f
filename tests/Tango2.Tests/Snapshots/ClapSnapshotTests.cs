using System.Text.Json.Nodes;
using Tango2.Audio;
using Tango2.Pipelines;
using Tango2.Published;
using Tango2.Tests.Parity;

namespace Tango2.Tests.Snapshots;

/// <summary>LAION's CLAP in the published layout: tokens, embeddings, cosines, and what the network hears of awkward files.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class ClapSnapshotTests
{
    private const string Samples = "waveform48k_int16.";

    public static IEnumerable<TheoryDataRow<string>> Entries => SnapshotSet.Names("clap_score");

    [Theory, MemberData(nameof(Entries))]
    public void The_scorer_agrees_with_the_reference(string name)
    {
        var entry = SnapshotSet.Entry(name);
        using var scope = NewDisposeScope();
        var clap = Load(entry);
        var comparison = new Comparison(entry);
        var prompts = entry.Strings("prompts");
        var clips = entry.Strings("wavs").ToDictionary(wav => Path.GetFileName(wav), wav => Sound.Read(SnapshotSet.At(wav), ChannelMix.Mean));
        var tokens = clap.Tokens(prompts);
        comparison.Close("input_ids", tokens.Ids);
        comparison.Close("attention_mask", tokens.Mask);
        comparison.Close("text_embed", clap.Text(prompts));
        var embeddings = cat([.. clips.Select(clip => clap.Audio(clip.Value, Crops(entry, clip.Key)))]);
        comparison.Close("audio_embed", embeddings);
        foreach (var (i, file) in clips.Keys.Index())
            comparison.Beside($"audio_embed of {file}", entry.Output("audio_embed")[i], embeddings[i], entry.Tolerances.For("output.audio_embed"));
        var readings = clips.Select(clip => clap.Read(clip.Value, prompts, Crops(entry, clip.Key))).ToArray();
        comparison.Close("cosine", tensor(readings.SelectMany(row => row.Select(reading => (float)reading.Score)).ToArray()).reshape(clips.Count, -1));
        foreach (var output in entry.Outputs.Where(o => o.StartsWith("mean_of_pairs", StringComparison.Ordinal)))
            comparison.Close(output, Enumerable.Range(0, prompts.Length).Average(i => readings[i][i].Score), like: "cosine");
        foreach (var output in entry.Outputs.Where(o => o.StartsWith(Samples, StringComparison.Ordinal)))
        {
            var isLength = output.EndsWith(".length", StringComparison.Ordinal);
            var heard = clap.Heard(clips[output[Samples.Length..^(isLength ? ".length".Length : 0)]]);
            if (isLength) comparison.Close(output, tensor(heard.shape[1]), like: "input_ids");
            else comparison.Close(output, (heard.clamp(-1, 1) * 32767).to(int16).squeeze(0).narrow(0, 0, entry.Output(output).shape[0])); // all, or the first
        }
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.Finish());
    }

    [Theory, MemberData(nameof(Entries))]
    public async Task The_verb_agrees_with_the_reference(string name)
    {
        var entry = SnapshotSet.Entry(name);
        using var scope = NewDisposeScope();
        var (wavs, prompts) = (entry.Strings("wavs"), entry.Strings("prompts"));
        using var folder = new ScratchFolder();
        var cosines = entry.Output("cosine");
        var tolerance = entry.Tolerances.For("output.cosine");
        foreach (var (clip, wav) in wavs.Index())
        {
            var prompt = Array.FindIndex(prompts, p => p.Length > 0);
            var place = Place(entry, Path.GetFileName(wav));
            var (code, errors) = await Verb.Run([
                "score", SnapshotSet.At(wav), prompts[prompt], "--model", Checkpoint(entry), "--roberta", SnapshotSet.Of(entry, "tokenizer").Folder,
                "--clap-config", SnapshotSet.At((string)entry.Config["model_config"]!), "--out", folder.At("scores.json"),
                .. place is null ? (string[])[] : ["--crops", $"at:{place}"]]);
            Assert.True(code == 0, errors);
            var score = (double)JsonNode.Parse(File.ReadAllText(folder.At("scores.json")))![0]!["score"]!;
            Assert.Equal(cosines[clip, prompt].item<float>(), score, tolerance.Atol);
        }
    }

    [Fact]
    public void A_long_clip_is_heard_in_evenly_spaced_parts_and_one_part_is_what_the_reference_draws()
    {
        SnapshotSet.Need();
        using var scope = NewDisposeScope();
        var clap = Load(SnapshotSet.Entry(Entries.Select(row => row.Data).First()));
        var waveform = new Waveform([.. Enumerable.Range(0, 491_616).Select(i => MathF.Sin(i * i * 1e-7f))], clap.SampleRate);
        var five = clap.Read(waveform, ["a bell rings"])[0];
        Assert.Equal(clap.Model.Config.EnableFusion ? 8 : 5, five.Crops.Count + (clap.Model.Config.EnableFusion ? 3 : 0));
        Assert.Equal(five.Crops.Average(), five.Score, 1e-12);
        Assert.True(five.Spread > 0);
        if (clap.Model.Config.EnableFusion) return;
        var places = Enumerable.Range(0, 5).Select(i => (long)((i + 0.5) / 5 * 11_617)).ToArray();
        Assert.Equal(five.Crops, clap.Read(waveform, ["a bell rings"], ClapCrops.At(places))[0].Crops);
        Assert.StartsWith(
            "Offsets into this clip must lie in 0 to 11616 samples, but are 11617.",
            Assert.Throws<ArgumentException>(() => clap.Audio(waveform, ClapCrops.At(11_617))).Message);
    }

    private static ClapScorer Load(ParityFixture entry) => PublishedClap.Load(
        Checkpoint(entry), SnapshotSet.Of(entry, "tokenizer"), SnapshotSet.At((string)entry.Config["model_config"]!), device: Where.Device);

    private static string Checkpoint(ParityFixture entry)
    {
        var path = (string)entry.Config["checkpoint"]!;
        return SnapshotSet.Find(path[..path.IndexOf("/snapshots/", StringComparison.Ordinal)]).PathOf(Path.GetFileName(path));
    }

    private static ClapCrops Crops(ParityFixture entry, string wav) =>
        Place(entry, wav) is { } place ? ClapCrops.At([.. place.Split(',').Select(long.Parse)]) : ClapCrops.Beginning;

    private static string? Place(ParityFixture entry, string wav) =>
        entry.Config["fusion_chunk_starts"] is JsonObject starts && starts[wav] is JsonArray frames ? string.Join(',', frames.Select(f => (long)f!))
        : entry.Config["fusion_chunk_starts"] is null && entry.Config["crop_offset_48k"]![wav] is { } offset ? $"{(long)offset}" : null;
}
