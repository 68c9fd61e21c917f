using System.Text.Json.Nodes;
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
}
