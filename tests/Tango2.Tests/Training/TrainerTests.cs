using Tango2.Checkpoints;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Tests.Training;

public sealed class TrainerTests : IDisposable
{
    private static readonly TrainingOptions Settings = new()
    {
        Steps = 9,
        LearningRate = 1e-2,
        WarmupSteps = 3,
        EmaDecay = 0.9,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private string StatePath => Path.Combine(_folder.FullName, "run.state.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    // cases: a stage resumed after a kill. Batch norm has statistics, dropout draws from torch's own generator.
    [Fact]
    public void A_run_stopped_after_every_step_ends_in_the_same_bytes_and_with_the_same_reports()
    {
        using var whole = Network();
        random.manual_seed(5);
        var expected = Trainer.Run(whole, Settings, Loss(whole)).ToList();
        var parts = 0;
        for (var finished = false; !finished; parts++)
        {
            using var part = Network();
            random.manual_seed(5 + parts); // a part that did not restore the generator would draw other numbers
            var reports = new List<StepReport>();
            foreach (var report in Trainer.Run(part, Settings, Loss(part), StatePath))
            {
                reports.Add(report);
                if (reports.Count(r => !r.Restored) == 2) break; // the first new step is saved, the second is lost
            }
            Assert.Equal(Math.Min(parts, Settings.Steps), reports.Count(r => r.Restored));
            AssertSame(expected.Take(reports.Count), reports);
            finished = reports.All(r => r.Restored);
            if (finished) AssertSame(whole, part);
        }
        Assert.Equal(Settings.Steps + 1, parts);
    }

    [Fact]
    public void A_state_of_other_options_is_refused_and_nothing_is_restored()
    {
        Begin();
        using var network = Network();
        var before = RunOrigin.Digest(network.state_dict());
        var error = Assert.Throws<InvalidDataException>(
            () => Trainer.Run(network, Settings with { LearningRate = 5e-3 }, Loss(network), StatePath).First());
        Assert.StartsWith(
            $"{StatePath} belongs to another run: learningRate is 0.01 there, 0.005 here. Delete the file", error.Message);
        Assert.Equal(before, RunOrigin.Digest(network.state_dict()));
    }

    [Theory]
    [InlineData("seed", "1", "2", "seed is 1 there, 2 here")]
    [InlineData("data", "a0", "b1", "data is a0 there, b1 here")]
    [InlineData("data", "a0", null, "data is a0 there, missing here")]
    [InlineData("data", null, "b1", "data is missing there, b1 here")]
    public void A_state_of_another_origin_is_refused(string name, string? there, string? here, string message)
    {
        Dictionary<string, string> Origin(string? value) => value is null ? [] : new() { [name] = value };
        Begin(Origin(there));
        using var network = Network();
        Assert.Contains(message, Assert.Throws<InvalidDataException>(
            () => Trainer.Run(network, Settings, Loss(network), StatePath, Origin(here)).First()).Message);
    }

    [Fact]
    public void A_state_of_other_starting_weights_or_another_network_is_refused()
    {
        Begin();
        using var other = Network(seed: 2);
        Assert.Contains("weights before the first step is", Assert.Throws<InvalidDataException>(
            () => Trainer.Run(other, Settings, Loss(other), StatePath).First()).Message);
        using var smaller = nn.Linear(3, 1);
        Assert.Contains("weights before the first step is", Assert.Throws<InvalidDataException>(
            () => Trainer.Run(smaller, Settings, _ => new(smaller.call(ones(2, 3)).sum()), StatePath).First()).Message);
    }

    [Fact]
    public void A_state_that_does_not_say_what_it_belongs_to_is_refused()
    {
        Begin();
        var tensors = SafeTensors.Read(StatePath);
        SafeTensors.Write(StatePath, tensors, new Dictionary<string, string> { ["step"] = "1" });
        AssertRefused("does not say which run it belongs to");
    }

    [Fact]
    public void A_state_that_lacks_a_tensor_or_a_report_is_refused()
    {
        Begin();
        var (tensors, metadata) = (SafeTensors.Read(StatePath), SafeTensors.ReadMetadata(StatePath));
        Forge(tensors.Where(t => t.Key != "exp_avg.0.weight"), metadata);
        AssertRefused("it lacks exp_avg.0.weight");
        Forge(tensors.Select(t => t.Key == "weights.0.weight" ? KeyValuePair.Create(t.Key, ones(1)) : t), metadata);
        AssertRefused("weights.0.weight is Float32 [1] there, Float32 [4, 3] here");
        SafeTensors.Write(StatePath, tensors, new Dictionary<string, string>(metadata) { ["step"] = "3" });
        AssertRefused("is saved at step 3, but reports 1 steps");
        SafeTensors.Write(StatePath, tensors, new Dictionary<string, string>(metadata) { ["step"] = "one" });
        AssertRefused("is no state of a training");
    }

    [Theory]
    [InlineData("weights.0.weight")]
    [InlineData("random")]
    public void A_state_whose_numbers_have_changed_is_refused_and_nothing_is_restored(string key)
    {
        Begin();
        var (tensors, metadata) = (SafeTensors.Read(StatePath), SafeTensors.ReadMetadata(StatePath));
        tensors[key].bytes[0] ^= 0xFF;
        SafeTensors.Write(StatePath, tensors, metadata);
        AssertRefused("is damaged: its tensors are not those that were saved");
    }

    // A state of other tensors whose digest is right.
    private void Forge(IEnumerable<KeyValuePair<string, Tensor>> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        KeyValuePair<string, Tensor>[] all = [.. tensors.OrderBy(t => t.Key, StringComparer.Ordinal)];
        SafeTensors.Write(StatePath, all, new Dictionary<string, string>(metadata) { ["digest"] = RunOrigin.Digest(all) });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(5)]
    [InlineData(100)]
    [InlineData(-1)]
    public void A_state_that_is_cut_off_is_refused_in_one_line(int length)
    {
        Begin();
        var bytes = File.ReadAllBytes(StatePath);
        File.WriteAllBytes(StatePath, bytes[..(length < 0 ? bytes.Length + length : length)]);
        AssertRefused("");
    }

    [Fact]
    public void A_loss_that_is_not_finite_stops_the_run_and_leaves_the_state_before_it()
    {
        using var network = Network();
        Objective Objective(int step) =>
            step == 2 ? new(network.call(ones(4, 3)).sum() * double.NaN) : Loss(network)(step);
        var error = Assert.Throws<DivergedException>(
            () => Trainer.Run(network, Settings, Objective, StatePath).ToList());
        Assert.StartsWith("Training diverged at step 3: loss NaN, gradient norm NaN. Lower the learning rate (0.01)", error.Message);
        Assert.NotEqual("3", SafeTensors.ReadMetadata(StatePath)["step"]);
    }

    [Fact]
    public void Four_examples_are_learned_by_heart()
    {
        random.manual_seed(1);
        using var network = nn.Sequential(nn.Linear(3, 32), nn.Tanh(), nn.Linear(32, 1));
        using var x = randn([4, 3], generator: new Generator(1));
        using var y = randn([4, 1], generator: new Generator(2));
        var settings = new TrainingOptions { Steps = 300, LearningRate = 1e-2, WarmupSteps = 10 };
        var reports = Trainer.Run(network, settings, _ => new((network.call(x) - y).square().mean())).ToList();
        Assert.True(reports[0].Loss > 0.3, $"loss {reports[0].Loss} before");
        Assert.True(reports[^1].Loss < 1e-3, $"loss {reports[^1].Loss} after");
    }

    [Fact]
    public void A_run_ends_in_the_moving_average_of_its_weights()
    {
        using var plain = nn.Linear(3, 1);
        using var averaged = nn.Linear(3, 1);
        averaged.load_state_dict(plain.state_dict());
        var settings = Settings with { EmaDecay = 0 };
        var (step, average) = (0, plain.weight!.detach().clone());
        foreach (var _ in Trainer.Run(plain, settings, Sum(plain)))
        {
            var decay = Math.Min(0.9, (1.0 + step) / (10.0 + step++));
            average = decay * average + (1 - decay) * plain.weight!.detach();
        }
        _ = Trainer.Run(averaged, settings with { EmaDecay = 0.9 }, Sum(averaged)).ToList();
        Golden.Close(average, averaged.weight!, 1e-5, 0, "the average");
        Assert.False(allclose(plain.weight!, averaged.weight!, 0, 1e-3));

        static Func<int, Objective> Sum(TorchSharp.Modules.Linear network) =>
            step => new((network.call(ones(2, 3)) - step).square().mean());
    }

    [Fact]
    public void The_learning_rate_rises_linearly_and_then_falls_linearly()
    {
        using var network = Network();
        var settings = new TrainingOptions { Steps = 6, LearningRate = 1, WarmupSteps = 2, FinalRate = 0.2 };
        var rates = Trainer.Run(network, settings, Loss(network)).Select(r => r.LearningRate).ToArray();
        Assert.Equal([0.5, 1, 1, 0.8, 0.6, 0.4], rates.Select(rate => Math.Round(rate, 12)));
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        using var network = Network();
        var counts = new List<long>();
        for (var run = 0; run < 2; run++)
        {
            foreach (var _ in Trainer.Run(network, Settings with { Steps = 30 }, Loss(network), $"{StatePath}.{run}"))
                counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
            counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        }
        Assert.Equal(counts[3], counts[29]); // a step leaves nothing
        Assert.Equal(counts[30], counts[61]); // nor does a run
    }

    public static TheoryData<string, TrainingOptions> OutOfRange => new()
    {
        { "Steps must be 1 or more, but is 0.", Settings with { Steps = 0 } },
        { "LearningRate must be above 0 and finite, but is 0.", Settings with { LearningRate = 0 } },
        { "LearningRate must be above 0 and finite, but is NaN.", Settings with { LearningRate = double.NaN } },
        { "LearningRate must be above 0 and finite, but is Infinity.", Settings with { LearningRate = double.PositiveInfinity } },
        { "WarmupSteps must be 0 or more, but is -1.", Settings with { WarmupSteps = -1 } },
        { "FinalRate must be in [0, 1], but is 1.5.", Settings with { FinalRate = 1.5 } },
        { "MaxNorm must be 0 or more and finite, but is -1.", Settings with { MaxNorm = -1 } },
        { "WeightDecay must be 0 or more and finite, but is -0.1.", Settings with { WeightDecay = -0.1 } },
        { "EmaDecay must be in [0, 1), but is 1.", Settings with { EmaDecay = 1 } },
        { "Betas.Beta1 must be in [0, 1), but is 1.", Settings with { Betas = (1, 0.9) } },
        { "Betas.Beta2 must be in [0, 1), but is -0.5.", Settings with { Betas = (0.9, -0.5) } },
    };

    // trial 20: options have ranges.
    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void An_option_out_of_its_range_is_named_with_range_and_value(string message, TrainingOptions options)
    {
        using var network = Network();
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Trainer.Run(network, options, Loss(network))).Message);
    }

    private void Begin(Dictionary<string, string>? origin = null)
    {
        using var network = Network();
        _ = Trainer.Run(network, Settings, Loss(network), StatePath, origin).Take(2).ToList();
    }

    private void AssertRefused(string message)
    {
        using var network = Network();
        var error = Assert.Throws<InvalidDataException>(
            () => Trainer.Run(network, Settings, Loss(network), StatePath).First()).Message;
        Assert.Contains(message, error);
        Assert.Contains(StatePath, error);
        Assert.EndsWith("Delete the file to start anew, or give the run another.", error);
        Assert.DoesNotContain('\n', error);
    }

    private static TorchSharp.Modules.Sequential Network(int seed = 1)
    {
        random.manual_seed(seed);
        return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.Dropout(0.3), nn.Linear(4, 1));
    }

    private static Func<int, Objective> Loss(TorchSharp.Modules.Sequential network) => step =>
    {
        using var generator = Seeds.Generator(1, "trainer tests", step);
        var x = randn([8, 3], generator: generator);
        var loss = (network.call(x) - x.sum(1, keepdim: true)).square().mean();
        return new(loss, step % 2 == 0 ? null : new Dictionary<string, double> { ["b"] = 1.0 / (step + 2), ["a"] = double.NaN });
    };

    private static void AssertSame(IEnumerable<StepReport> expected, IReadOnlyList<StepReport> actual) => Assert.Equal(
        expected.Select(Line), actual.Select(Line));

    private static string Line(StepReport report) => FormattableString.Invariant(
        $"{report.Step} {report.Steps} {report.Loss:r} {report.LearningRate:r} {report.GradientNorm:r} {string.Join(' ', report.Measures)}");

    private static void AssertSame(nn.Module expected, nn.Module actual) =>
        Assert.Equal(RunOrigin.Digest(expected.state_dict()), RunOrigin.Digest(actual.state_dict()));
}
