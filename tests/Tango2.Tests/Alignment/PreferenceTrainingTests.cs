using Tango2.Alignment;
using Tango2.Diffusion;
using Tango2.Models;
using Tango2.Tensors;
using Tango2.Training;

namespace Tango2.Tests.Alignment;

public sealed class PreferenceTrainingTests : IDisposable
{
    private const int Pairs = 4;

    private static readonly PreferenceOptions Settings = MiniScale.Alignment with
    {
        Beta = 800,
        LearningRate = 1e-3,
        Batch = 2,
        SftEpochs = 1,
        DpoEpochs = 2,
    };

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    private string StatePath => Path.Combine(_folder.FullName, "run.state.safetensors");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void The_first_DPO_loss_is_ln_2_and_no_error_has_changed()
    {
        var first = Run(Settings with { SftEpochs = 0 }).First();
        Assert.Equal(Math.Log(2), first.Loss, 1e-6);
        Assert.Equal([0, 0, 0], new[] { "accuracy", "winner error", "loser error" }.Select(name => first.Measures[name]));
    }

    [Fact]
    public void A_tiny_policy_learns_four_pairs()
    {
        var reports = Run(Settings with { SftEpochs = 0, DpoEpochs = 80, Batch = 4, LearningRate = 1e-2, Beta = 50 }).ToList();
        Assert.True(reports.TakeLast(20).Average(r => r.Loss) < 0.55, "loss " + reports.TakeLast(20).Average(r => r.Loss));
        Assert.True(reports.TakeLast(20).Average(r => r.Measures["accuracy"]) > 0.85);
    }

    [Fact]
    public void Swapping_winner_and_loser_negates_the_logits()
    {
        var (policy, reference) = (Errors(1), Errors(2));
        static PairErrors Swapped(PairErrors errors) => new(errors.Loser, errors.Winner);
        var logits = DiffusionDpo.Logits(policy, reference, 700);
        Assert.True((logits.abs() > 1).all().item<bool>());
        Assert.Equal(logits.data<float>().ToArray(),
            (-DiffusionDpo.Logits(Swapped(policy), Swapped(reference), 700)).data<float>().ToArray());

        static PairErrors Errors(long seed)
        {
            using var generator = Seeds.Generator(seed, "errors");
            return new(rand([6], generator: generator), rand([6], generator: generator));
        }
    }

    [Fact]
    public void SFT_comes_first_and_has_no_accuracy()
    {
        var reports = Run(Settings with { SftEpochs = 2, DpoEpochs = 1 }).ToList();
        Assert.Equal([false, false, false, false, true, true], reports.Select(r => r.Measures.ContainsKey("accuracy")));
    }

    [Fact]
    public void Each_epoch_sees_each_pair_once_in_an_order_of_its_own()
    {
        var epochs = Rows(Settings with { SftEpochs = 8, DpoEpochs = 0 }).Chunk(2).Select(steps => steps.SelectMany(s => s)).ToArray();
        Assert.All(epochs, epoch => Assert.Equal([0, 1, 2, 3], epoch.Order()));
        Assert.True(epochs.Select(epoch => string.Join(' ', epoch)).Distinct().Count() > 1);
    }

    [Fact]
    public void The_objective_draws_from_its_first_timestep_on_and_the_epochs_on_winners_draw_all()
    {
        using var policy = new Policy();
        _ = Run(Settings with { SftEpochs = 8, DpoEpochs = 20, Batch = 4, FirstTimestep = 900 }, policy: policy).ToList();
        var (winners, pairs) = (policy.Timesteps.Take(8 * Pairs), policy.Timesteps.Skip(8 * Pairs));
        Assert.True(winners.Min() < 500, "all are drawn");
        Assert.All(pairs, t => Assert.InRange(t, 900, 999));
        Assert.True(pairs.Distinct().Count() > 20);
    }

    [Fact]
    public void Fewer_pairs_than_a_batch_make_one_update_with_all_of_them()
    {
        var settings = Settings with { Batch = 100, SftEpochs = 3, DpoEpochs = 0 };
        Assert.Equal((1, 3), (settings.StepsPerEpoch(Pairs), settings.Steps(Pairs)));
        Assert.Equal(3, Rows(settings).Count);
        Assert.All(Rows(settings), step => Assert.Equal([0, 1, 2, 3], step.Order()));
        Assert.All(Rows(settings with { Batch = 3 }), step => Assert.Equal(3, step.Length)); // the fourth is left out
    }

    [Fact]
    public void A_run_that_was_stopped_ends_as_one_that_was_not()
    {
        using var whole = new Policy();
        var expected = Run(Settings, policy: whole).Select(r => r.Loss).ToArray();
        for (var stop = 2; stop <= 5; stop++) _ = Run(Settings, StatePath).Take(stop).ToList();
        using var resumed = new Policy();
        var reports = Run(Settings, StatePath, resumed).ToList();
        Assert.True(reports[2].Restored);
        Assert.Equal(expected, reports.Select(r => r.Loss));
        Assert.Equal(RunOrigin.Digest(whole.state_dict()), RunOrigin.Digest(resumed.state_dict()));
    }

    public static TheoryData<string, PreferenceOptions> Others => new()
    {
        { "beta is 800 there, 1 here", Settings with { Beta = 1 } }, // trial 3
        { "learningRate is 0.001 there, 0.0005 here", Settings with { LearningRate = 5e-4 } },
        { "batch is 2 there, 4 here", Settings with { Batch = 4 } },
        { "sftEpochs is 1 there, 3 here", Settings with { SftEpochs = 3 } },
        { "dpoEpochs is 2 there, 4 here", Settings with { DpoEpochs = 4 } },
        { "seed is 1 there, 2 here", Settings with { Seed = 2 } },
    };

    [Theory]
    [MemberData(nameof(Others))]
    public void A_state_of_other_settings_is_refused_and_says_which(string message, PreferenceOptions other)
    {
        _ = Run(Settings, StatePath).Take(2).ToList();
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => Run(other, StatePath).First()).Message);
        Assert.True(Run(Settings, StatePath).First().Restored);
    }

    [Fact]
    public void A_state_of_other_pairs_or_another_start_is_refused()
    {
        _ = Run(Settings, StatePath).Take(2).ToList();
        Assert.Contains("pairs is ", Assert.Throws<InvalidDataException>(
            () => Run(Settings, StatePath, dataSeed: 2).First()).Message);
        using var other = new Policy(seed: 2);
        Assert.Contains("weights before the first step is ", Assert.Throws<InvalidDataException>(
            () => Run(Settings, StatePath, other).First()).Message);
    }

    [Fact]
    public void Steps_leave_no_tensor_behind()
    {
        var counts = new List<long>();
        foreach (var _ in Run(Settings with { SftEpochs = 3, DpoEpochs = 12 }, StatePath))
            counts.Add(DisposeScopeManager.Statistics.ThreadTotalLiveCount);
        Assert.Equal(counts[7], counts[^1]);
    }

    public static TheoryData<string, PreferenceOptions> OutOfRange => new()
    {
        { "Beta must be above 0 and finite, but is 0.", Settings with { Beta = 0 } },
        { "Beta must be above 0 and finite, but is NaN.", Settings with { Beta = double.NaN } },
        { "LearningRate must be above 0 and finite, but is -0.1.", Settings with { LearningRate = -0.1 } },
        { "Batch must be 1 or more, but is 0.", Settings with { Batch = 0 } },
        { "SftEpochs must be 0 or more, but is -1.", Settings with { SftEpochs = -1 } },
        { "DpoEpochs must be 0 or more, but is -2.", Settings with { DpoEpochs = -2 } },
        { "FirstTimestep must be 0 or more, but is -1.", Settings with { FirstTimestep = -1 } },
        { "FirstTimestep must be below the schedule's 1000 steps, but is 1000.", Settings with { FirstTimestep = 1000 } },
        { "SftEpochs + DpoEpochs must be 1 or more, but is 0.", Settings with { SftEpochs = 0, DpoEpochs = 0 } },
    };

    // trial 20: options have ranges.
    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_setting_out_of_its_range_is_named_with_range_and_value(string message, PreferenceOptions options) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => Run(options)).Message);

    [Fact]
    public void Steps_of_a_batch_of_none_are_refused() => Assert.Equal("Batch must be 1 or more, but is 0.",
        Assert.Throws<ArgumentException>(() => new PreferenceOptions { Batch = 0 }.Steps(10)).Message);

    /// <summary>The pairs that each step saw.</summary>
    private static List<int[]> Rows(PreferenceOptions options)
    {
        using var policy = new Policy();
        _ = Run(options, policy: policy).ToList();
        return policy.Seen;
    }

    private static IEnumerable<StepReport> Run(
        PreferenceOptions options, string? statePath = null, Policy? policy = null, long dataSeed = 1)
    {
        policy ??= new Policy();
        var reference = new Policy();
        return PreferenceTraining.Run(
            policy, new(policy.Denoise, reference.Denoise, MiniScale.Schedule, new(zeros(1, 3, 2), ones(1, 3))), Data(dataSeed), options,
            statePath);
    }

    private static PreferenceSet Data(long seed)
    {
        using var generator = Seeds.Generator(seed, "pairs");
        var latents = randn([2, Pairs, 2, 4, 4], generator: generator);
        var prompts = arange(Pairs, float32).reshape(Pairs, 1, 1).expand(Pairs, 3, 2).clone(); // prompt p is written in its states
        return new(latents[0].clone(), latents[1].clone(), new(prompts, ones(Pairs, 3)), [0, 1, 2, 3]);
    }

    /// <summary>A denoiser that knows the prompt.</summary>
    private sealed class Policy : nn.Module
    {
        private readonly Conv2d _conv;
        private readonly TorchSharp.Modules.Embedding _prompt;

        public Policy(int seed = 1) : base(nameof(Policy))
        {
            random.manual_seed(seed);
            (_conv, _prompt) = (new Conv2d(2, 2, 1), nn.Embedding(Pairs, 32));
            RegisterComponents();
        }

        public List<int[]> Seen { get; } = [];

        public List<long> Timesteps { get; } = [];

        public Tensor Denoise(Tensor latents, Tensor timesteps, TextStates text)
        {
            var prompts = text.EncoderHiddenStates.select(1, 0).select(1, 0).to(int64);
            Timesteps.AddRange(timesteps.data<long>().ToArray());
            Seen.Add(Array.ConvertAll(prompts.data<long>().ToArray(), p => (int)p));
            return _conv.call(latents) + _prompt.call(prompts).reshape(-1, 2, 4, 4);
        }
    }
}
