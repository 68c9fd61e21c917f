using System.Text.Json.Nodes;
using Tango2.Audio;
using Tango2.Metrics;
using Tango2.Pipelines;
using Tango2.Published;
using Tango2.Tests.Parity;

namespace Tango2.Tests.Snapshots;

/// <summary>STEAM's grounding model in the published layout: probabilities of frames, and regions.</summary>
[Trait("Category", SnapshotSet.Category)]
public sealed class GroundingSnapshotTests
{
    public static IEnumerable<TheoryDataRow<string>> Entries => SnapshotSet.Names("steam_grounding");

    [Theory, MemberData(nameof(Entries))]
    public void The_grounder_agrees_with_the_reference(string name)
    {
        var entry = SnapshotSet.Entry(name);
        using var scope = NewDisposeScope();
        var grounder = Load(entry);
        var comparison = new Comparison(entry);
        var phrases = entry.Strings("phrases");
        var (threshold, near) = ((double)entry.Config["threshold"]!, entry.Tolerances.For("output.x.frame_sim").Atol);
        foreach (var wav in entry.Strings("wavs"))
        {
            var (file, clip) = (Path.GetFileName(wav), Sound.Read(SnapshotSet.At(wav), ChannelMix.Mean));
            var heard = grounder.Probabilities(clip, phrases);
            var regions = grounder.Regions(clip, phrases);
            comparison.Maybe($"{file}.length", () => tensor(new[] { heard.shape[1] }));
            for (var i = 0; i < phrases.Length; i++)
            {
                var frames = heard[i];
                comparison.Close($"{file}.{i}.frame_sim", frames);
                comparison.Maybe($"{file}.{i}.clip_sim", () => (frames.square().sum() / frames.sum()).reshape(1));
                if ((frames - threshold).abs().min().item<float>() <= near) continue;
                comparison.Beside($"{file}.{i} regions", Table(Expected(entry, file, i)), Table(regions[i]), default);
            }
        }
        TestContext.Current.TestOutputHelper?.WriteLine(comparison.Finish());
    }

    [Theory, MemberData(nameof(Entries))]
    public async Task The_verb_hears_the_regions_of_the_reference(string name)
    {
        var entry = SnapshotSet.Entry(name);
        using var scope = NewDisposeScope();
        var phrases = entry.Strings("phrases");
        using var folder = new ScratchFolder();
        Directory.CreateDirectory(folder.At("clips"));
        var captions = new JsonObject();
        foreach (var wav in entry.Strings("wavs"))
        {
            var file = Path.GetFileName(wav);
            File.CreateSymbolicLink(folder.At("clips", file), SnapshotSet.At(wav));
            var events = phrases.Index().Select(p => (p.Item, Regions: Expected(entry, file, p.Index).ToArray())).Where(p => p.Regions.Length > 0);
            captions[Path.GetFileNameWithoutExtension(file)] = new JsonObject
            {
                ["event"] = new JsonObject(events.Select(p => KeyValuePair.Create(
                    p.Item, (JsonNode?)new JsonArray([.. p.Regions.Select(r => new JsonArray(r.Onset, r.Offset))])))),
            };
        }
        File.WriteAllText(folder.At("timestamp_caption.json"), captions.ToJsonString());
        var (code, errors) = await Verb.Run(
            "evaluate", folder.At("clips"), "--grounding", Grounding(entry), "--temporal", folder.At("timestamp_caption.json"), "--out", folder.At("out.json"));
        Assert.True(code == 0, errors);
        var value = JsonNode.Parse(File.ReadAllText(folder.At("out.json")))!["values"]!.AsArray().Single(v => (string)v!["key"]! == "steam_time")!;
        Assert.Equal((1.0, phrases.Length > 0 ? entry.Strings("wavs").Length : 0), ((double)value["value"]!, (int)value["n"]!));
    }

    private static string Grounding(ParityFixture entry) => Path.GetDirectoryName(SnapshotSet.At((string)entry.Config["checkpoint"]!))!;

    private static EventGrounder Load(ParityFixture entry) => PublishedGrounder.Load(Grounding(entry), Where.Device);

    private static IEnumerable<EventRegion> Expected(ParityFixture entry, string file, int phrase) =>
        entry.Entry["values"]!["segments"]![$"{file}.{phrase}"]!.AsArray().Select(r => new EventRegion((double)r![0]!, (double)r[1]!));

    private static Tensor Table(IEnumerable<EventRegion> regions) =>
        tensor(regions.SelectMany(r => (double[])[r.Onset, r.Offset]).ToArray()).reshape(-1, 2);
}
