using Tango2.Mini.Lab;

namespace Tango2.Tests.Mini.Lab;

/// <summary>A whole training at the least effort: networks that have learned nothing stop no stage.</summary>
public sealed class RehearsalTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void From_nothing_to_the_last_stage()
    {
        var options = new LabOptions { Models = new(At("w")), WorkFolder = At("work"), Effort = 0.001 };
        MiniLab.Train(options, [], cancellation: TestContext.Current.CancellationToken);

        var stages = MiniLab.Stages.Where(stage => !stage.Optional).ToArray();
        Assert.All(stages, stage => Assert.True(StageRecord.IsThere(options, stage), stage.Name));
        Assert.Equal(["aligned", "base", "guided"], options.Models.Names());
        Assert.All(
            new[] { "aligned", "guided" },
            name => Assert.Equal(File.ReadAllBytes(At("w/unet-base.safetensors")), File.ReadAllBytes(At($"w/unet-{name}.safetensors"))));
    }

    private string At(string file) => Path.Combine(_folder.FullName, file);
}
