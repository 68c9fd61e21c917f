using Tango2.Evaluation;

namespace Tango2.Tests.Evaluation;

public sealed class GuidanceTableTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private string FilePath => Path.Combine(_folder.FullName, "guidance.json");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_table_comes_back_from_its_file_rounded_and_with_NaN()
    {
        var changes = new Dictionary<Metric, Change>
        {
            [Metric.Clap] = new(0.123456, 0.3, new(0.176544, 0.1, 0.25)),
            [Metric.Oer] = new(double.NaN, double.NaN, new(double.NaN, double.NaN, double.NaN)),
            [Metric.Fad] = new(1, 2, new(1, 0, 2)),
        };
        var table = new GuidanceTable(
            8, [GuidancePoint.Of(1.5, 1.5, changes, [Metric.Clap, Metric.Oer])],
            GuidancePoint.Of(1.5, 3, changes, [Metric.Fad]), 16, 1.5);
        table.Write(FilePath);
        var read = GuidanceTable.Read(FilePath);
        Assert.Equal((8, 16, 1.5, 3.0), (read.Prompts, read.BestPrompts, read.Best.Base, read.Best.Aligned));
        Assert.Equal(new(0.1235, 0.3, new(0.1765, 0.1, 0.25)), read.At(1.5)[Metric.Clap]);
        Assert.Equal(changes[Metric.Oer], read.At(1.5)[Metric.Oer]);
        Assert.Equal([Metric.Fad.Key], read.Best.Changes.Keys);
        var first = File.ReadAllBytes(FilePath);
        read.Write(FilePath);
        Assert.Equal(first, File.ReadAllBytes(FilePath));
        Assert.Equal("There is no point at w = 2.5; there are 1.5.",
            Assert.Throws<ArgumentException>(() => read.At(2.5)).Message);
    }

    [Theory]
    [InlineData("{}", "must hold points, best and bestOfBase; delete it to make it anew.")]
    [InlineData("null", "must hold points, best and bestOfBase")]
    [InlineData("{ \"prompts\": 8, \"points\": [], \"best\": { \"base\": 1, \"aligned\": 1, \"changes\": {} } }", "must hold points, best and bestOfBase")]
    [InlineData("[", "is no table of guidance scales: ")]
    [InlineData("{ \"points\": 3 }", "is no table of guidance scales: ")]
    public void A_file_that_is_no_table_is_named(string text, string message)
    {
        File.WriteAllText(FilePath, text);
        Assert.StartsWith(
            $"{FilePath} {message}", Assert.Throws<InvalidDataException>(() => GuidanceTable.Read(FilePath)).Message);
    }
}
