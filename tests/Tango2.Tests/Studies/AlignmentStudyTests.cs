using Tango2.Studies;
using Tango2.Alignment;

namespace Tango2.Tests.Studies;

public sealed class AlignmentStudyTests
{
    [Fact]
    public void A_probe_sees_the_same_noise_each_time_and_tells_networks_apart()
    {
        using var scope = NewDisposeScope();
        var latents = randn(6, 2, 4, 4);
        using var pairs = new PreferenceSet(
            latents[..3].clone(), latents[3..].clone(), new(zeros(1, 2, 3), ones(1, 2, dtype: @bool)), [0, 0, 0]);
        var probe = new PreferenceProbe(pairs, MiniScale.Schedule, seed: 5, draws: 2);

        var (first, again) = (probe.Errors((x, _, _) => x), probe.Errors((x, _, _) => x));
        var other = probe.Errors((x, _, _) => zeros_like(x));

        Assert.Equal([6], first.Winner.shape);
        Assert.True(first.Winner.allclose(again.Winner));
        Assert.True(first.Loser.allclose(again.Loser));
        Assert.False(first.Winner.allclose(other.Winner));
    }

    [Fact]
    public void A_run_is_read_back_from_its_record()
    {
        var folder = Directory.CreateTempSubdirectory();
        Directory.CreateDirectory(Path.Combine(folder.FullName, "training"));
        File.WriteAllText(Path.Combine(folder.FullName, "training", "unet-aligned.json"), """
            { "curve": [ { "step": 1, "loss": 0.9, "measures": {} },
                         { "step": 2, "loss": 0.69, "measures": { "accuracy": 0.5 } },
                         { "step": 3, "loss": 0.6, "measures": { "accuracy": 0.75 } } ] }
            """);

        var run = new Studio(new(folder.FullName)).Curve("unet-aligned");

        Assert.Equal([0.9], run.Without("accuracy").Values("loss"));
        var (name, x, y) = run.Curve("accuracy of DPO", "accuracy");
        Assert.Equal("accuracy of DPO", name);
        Assert.Equal([2, 3], x);
        Assert.Equal([0.5, 0.75], y);
        Assert.Equal(3, run.Curve("all", "loss").X.Length);
        folder.Delete(recursive: true);
    }

    [Fact]
    public void A_stage_without_a_record_is_an_error_that_tells_how_to_make_it()
    {
        var error = Assert.Throws<FileNotFoundException>(() => new Studio(new("nowhere")).Curve("unet-aligned"));

        Assert.Contains("run `tango2 train mini unet-aligned`", error.Message);
        Assert.Contains("There is no stage 'x'; there are tokenizers, ", Assert.Throws<ArgumentException>(
            () => new Studio(new("nowhere")).Curve("x")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_papers_settings_stand_beside_ours()
    {
        var text = Paper.Settings(MiniScale.Alignment with { Beta = 300 }, pairs: 64).ToString();

        Assert.Contains("β\t2,000\t300", text);
        Assert.Contains("peak learning rate\t9.6e-07\t3e-05", text);
    }

    // trial 19
    [Fact]
    public void A_measure_that_a_run_lacks_is_an_error_that_lists_those_it_has()
    {
        var run = new TrainingRun([new(1, 0.9, new Dictionary<string, double>()),
            new(2, 0.7, new Dictionary<string, double> { ["accuracy"] = 0.5, ["winner error"] = 0 })]);

        foreach (var read in (Action[])[() => run.Curve("x", "acuracy"), () => run.Values("acuracy"), () => run.With("acuracy")])
            Assert.Equal("The run has no measure 'acuracy'; it has loss, accuracy, winner error.",
                Assert.Throws<ArgumentException>(read).Message);
        Assert.Equal(2, run.Without("acuracy").Points.Count);
    }

    [Fact]
    public void A_measure_that_nothing_counted_for_is_read_back_as_NaN()
    {
        var folder = Directory.CreateTempSubdirectory();
        File.WriteAllText(Path.Combine(folder.FullName, "x.json"),
            """{ "curve": [ { "step": 1, "loss": "NaN", "measures": { "oer": "NaN", "clap": 0.5 } } ] }""");

        var point = TrainingRun.Read(Path.Combine(folder.FullName, "x.json")).Points.Single();

        Assert.Equal([double.NaN, double.NaN, 0.5], [point.Loss, point.Measures["oer"], point.Measures["clap"]]);
        folder.Delete(recursive: true);
    }
}
