using System.Text.Json.Nodes;
using Tango2.Diffusion;
using Tango2.Evaluation;
using Tango2.Metrics;
using Tango2.Pipelines;
using Tango2.Studies;

namespace Tango2.Tests.Studies;

public sealed class SummaryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public SummaryTests() => Environment.SetEnvironmentVariable("TANGO2_SUMMARY", Path.Combine(_folder.FullName, "s.json"));

    public void Dispose()
    {
        Environment.SetEnvironmentVariable("TANGO2_SUMMARY", null);
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void What_several_record_at_the_same_time_is_all_there()
    {
        Parallel.For(0, 40, i => Summary.Record($"numbers.n{i}", i));
        var numbers = JsonNode.Parse(File.ReadAllText(Summary.Path))!["numbers"]!.AsObject();
        Assert.Equal(Enumerable.Range(0, 40), numbers.Select(pair => (int)pair.Value!).Order());
    }

    [Fact]
    public void Studies_hand_on_each_row_with_its_changes()
    {
        SamplingStudy.Record(null);
        Ablations.Record(null, "recipes");
        Assert.False(File.Exists(Summary.Path));
        var change = new Change(0.8, 0.9, new(0.1, -0.1, double.NaN));
        SamplingStudy.Record(new(8, new() { Steps = 200 },
        [
            new(new() { Sampler = Sampler.Ddim, Steps = 8, Eta = 0.5, Spacing = TimestepSpacing.Trailing }, new Dictionary<string, Change> { ["fad"] = change }),
        ]));
        var (first, other) = (new Dictionary<string, Interval> { ["fad"] = new(0, 0, 0) }, new Dictionary<string, Interval> { ["fad"] = new(2, 1, 3) });
        Ablations.Record(new(8, new Dictionary<string, double>(), [new("all", 5, 6, 3, new Dictionary<string, double>(), other, "all", first)]), "recipes");
        var root = JsonNode.Parse(File.ReadAllText(Summary.Path))!;
        Assert.Equal(
            """[{"sampler":"DDIM","calls":8,"factor":25,"spacing":"trailing","eta":0.5,"delta":{"fad":{"mean":0.1,"ci95":[-0.1,null]}}}]""",
            root["samplers"]!.ToJsonString());
        Assert.Equal(
            """[{"name":"all","pairs":5,"steps":6,"trainings":3,"delta":{"fad":{"mean":2,"ci95":[1,3]}},"other":"all","fromOther":{"fad":{"mean":0,"ci95":[0,0]}}}]""",
            root["recipes"]!.ToJsonString());
    }
}
