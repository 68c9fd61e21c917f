using Tango2.Evaluation;
using Tango2.Mini.Lab;

namespace Tango2.Tests.Mini.Lab;

/// <summary>The room and the draw with the shipped weights, on eight prompts; trainings 2 and 3 are the base itself.</summary>
public sealed class GainTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Trainings_are_pooled_where_the_claims_are_and_the_first_alone_makes_the_curve()
    {
        foreach (var file in Directory.GetFiles(MiniModels.Default.Folder)) File.Copy(file, At(Path.GetFileName(file)));
        foreach (var training in new[] { 2, 3 }) File.Copy(At("unet-base.safetensors"), At($"unet-guided-{training}.safetensors"), overwrite: true);
        File.Delete(At("gain.json"));
        File.Delete(At("room.json"));
        var options = new LabOptions { Models = new(_folder.FullName), WorkFolder = At("work"), Effort = 0.002 };
        MiniLab.Train(options, ["room", "gain"], cancellation: TestContext.Current.CancellationToken);

        var gain = GainTable.Read(At("gain.json"))!;
        var bestOfBase = GuidanceTable.Read(At("guidance.json")).BestOfBase;
        Assert.Equal((8, 8, 3), (gain.Test.Prompts, gain.Hard.Prompts, gain.Trainings.Count));
        foreach (var curves in new[] { gain.Test, gain.Hard })
        {
            Assert.Equal([1.5, 2, 3, 4, 5], curves.Points.Select(point => point.Base));
            Assert.All(curves.Points, point => Assert.Equal(point.Base, point.Aligned));
            Assert.Equal((bestOfBase, 3), (curves.Best.Base, curves.Best.Aligned));
        }

        var (first, judge) = (gain.Trainings[0], Metric.ClapIndependent);
        Assert.NotEqual(0, first[judge].Interval.Estimate);
        Assert.All(gain.Trainings.Skip(1), training => Assert.All(training.Changes.Values, change => Assert.Equal(0, change.Interval.Estimate)));
        Assert.Equal(first[judge].Interval.Estimate / 3, gain.AtPaper[judge].Interval.Estimate, 1e-4);
        Assert.Equal(gain.AtPaper[judge].After, gain.Test.Best[judge].After, 1e-4);
        Assert.All(gain.Test.Points.Where(point => point.Base != 3), point => Assert.NotEqual(0, point[judge].Interval.Estimate));
        Assert.NotEqual(0, gain.Noise[judge].Interval.Estimate);
        Assert.Equal(gain.AtPaper[judge].Before, gain.Noise[judge].Before);

        var room = RoomTable.Read(At("room.json"))!;
        Assert.Equal(["the recipe", "the base's best of 5, by CLAP, the filter's model", "real clips, revoiced"], room.Rows.Keys);
        GuidancePoint[] rows = [.. room.Rows.Values];
        Assert.Equal((8, 3), (room.Prompts, rows[0].Base));
        Assert.True(rows[2][Metric.Fad].After < rows[0][Metric.Fad].After, "real clips are nearest to real clips");
        Assert.True(rows[1][Metric.Clap].Interval.Estimate > 0, "the best of five by CLAP A has the larger cosine");
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
