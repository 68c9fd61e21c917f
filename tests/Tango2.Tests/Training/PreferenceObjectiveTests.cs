using Tango2.Diffusion;
using Tango2.Training;

namespace Tango2.Tests.Training;

/// <summary>Each objective against its formula, worked out in plain numbers.</summary>
public class PreferenceObjectiveTests
{
    private const int Pairs = 3, Values = 8;
    private const double Beta = 40;

    public static TheoryData<PreferenceObjective> All { get; } =
        [new PaperDpo(), new GuidedDpo(3, 0), new GuidedDpo(2, 5), new WinnerAnchoredDpo(5), new Ipo(), new ForwardProcess(0.7)];

    [Theory]
    [MemberData(nameof(All))]
    public void The_loss_is_that_of_its_formula(PreferenceObjective objective)
    {
        using var scope = NewDisposeScope();
        var world = new World();
        var loss = objective.Of(world.Networks, world.Batch, world.Draw, Beta).Loss.item<float>();
        Assert.Equal(world.Expected(objective), loss, 1e-4 * Math.Abs(loss) + 1e-6);
    }

    [Theory]
    [MemberData(nameof(All))]
    public void A_step_along_the_gradient_lowers_the_loss_and_the_reference_learns_nothing(PreferenceObjective objective)
    {
        using var scope = NewDisposeScope();
        var world = new World();
        var before = objective.Of(world.Networks, world.Batch, world.Draw, Beta).Loss;
        before.backward();
        Assert.NotNull(world.Policy.grad);
        Assert.Null(world.Reference.grad);
        using (no_grad()) world.Policy.sub_(world.Policy.grad! * 1e-4);
        Assert.True(objective.Of(world.Networks, world.Batch, world.Draw, Beta).Loss.item<float>() < before.item<float>());
    }

    [Fact]
    public void Guided_by_1_and_not_anchored_it_is_the_papers()
    {
        using var scope = NewDisposeScope();
        var world = new World();
        Assert.Equal(
            new PaperDpo().Of(world.Networks, world.Batch, world.Draw, Beta).Loss.item<float>(),
            new GuidedDpo(1, 0).Of(world.Networks, world.Batch, world.Draw, Beta).Loss.item<float>(), 1e-5f);
    }

    [Fact]
    public void A_policy_that_is_its_reference_has_the_losses_of_indifference()
    {
        using var scope = NewDisposeScope();
        var world = new World();
        using (no_grad()) world.Policy.copy_(world.Reference);
        double Loss(PreferenceObjective objective) => objective.Of(world.Networks, world.Batch, world.Draw, Beta).Loss.item<float>();
        Assert.Equal(Math.Log(2), Loss(new PaperDpo()), 1e-6);
        Assert.Equal(Math.Log(2), Loss(new GuidedDpo(3, 300)), 1e-6);
        Assert.Equal(Math.Log(2), Loss(new WinnerAnchoredDpo()), 1e-6);
        Assert.Equal(0.25, Loss(new Ipo()), 1e-6);
    }

    [Fact]
    public void Settings_out_of_range_are_refused_by_name()
    {
        Assert.Equal("Guidance must be 0 or more and finite, but is -1.",
            Assert.Throws<ArgumentException>(() => new GuidedDpo(-1).Validate()).Message);
        Assert.Equal("Anchor must be 0 or more and finite, but is NaN.",
            Assert.Throws<ArgumentException>(() => new GuidedDpo(3, double.NaN).Validate()).Message);
        Assert.Throws<ArgumentException>(() => new WinnerAnchoredDpo(-1).Validate());
        Assert.Throws<ArgumentException>(() => new ForwardProcess(0).Validate());
    }

    /// <summary>Networks that answer with a·z + b·(the prompt's number), a and b their two weights.</summary>
    private sealed class World
    {
        private static readonly NoiseSchedule Schedule = new();

        public Tensor Policy { get; } = tensor(new[] { 0.8f, 0.3f }).requires_grad_();

        public Tensor Reference { get; } = tensor(new[] { 0.7f, 0.2f });

        public PairBatch Batch { get; } = new(Some(0), Some(1), new(
            arange(1, Pairs + 1, float32).reshape(Pairs, 1, 1).expand(Pairs, 2, 1).clone(), ones(Pairs, 2, dtype: @bool)));

        public NoiseDraw Draw { get; } = new(Some(2), tensor(new[] { 100L, 500L, 900L }));

        // The empty prompt is shorter than the others, as a published model's is.
        public PairNetworks Networks => new(Of(Policy), Of(Reference), Schedule, new TextStates(zeros(1, 1, 1), ones(1, 1, dtype: @bool)).FilledTo(2));

        public double Expected(PreferenceObjective objective) => objective switch
        {
            PaperDpo => Mean(i => -LogSigmoid(Margin(i, 1))),
            GuidedDpo guided => Mean(i => -LogSigmoid(Margin(i, guided.Guidance))) + guided.Anchor * (Drift(0) + Drift(1)),
            WinnerAnchoredDpo anchored => Mean(i =>
                -LogSigmoid(Margin(i, 1) - Beta / 2 * anchored.Anchor * Math.Max(0, Error(i, true, 1, Policy) - Error(i, true, 1, Reference)))),
            Ipo => Mean(i => Math.Pow(Margin(i, 1) - 0.5, 2)),
            ForwardProcess forward => Mean(i => Mixed(i, true, forward.Mix) + Mixed(i, false, -forward.Mix)),
            _ => throw new ArgumentException(objective.Name),
        };

        private static Tensor Some(long seed)
        {
            using var generator = new Generator((ulong)seed + 3);
            return randn([Pairs, 2, 2, 2], generator: generator);
        }

        private static TextDenoiser Of(Tensor weights) => (noisy, _, text) =>
            weights[0] * noisy + weights[1] * text.EncoderHiddenStates[TensorIndex.Colon, 0, 0].reshape(-1, 1, 1, 1);

        private static double Mean(Func<int, double> of) => Enumerable.Range(0, Pairs).Average(of);

        private static double LogSigmoid(double x) => -Math.Log(1 + Math.Exp(-x));

        private double Margin(int pair, double w) => -Beta / 2 * (
            Error(pair, true, w, Policy) - Error(pair, false, w, Policy) - (Error(pair, true, w, Reference) - Error(pair, false, w, Reference)));

        private double Error(int pair, bool winner, double w, Tensor weights)
        {
            var (noisy, target) = Sample(pair, winner);
            return noisy.Zip(target, (z, v) => Math.Pow(Answer(weights, z, w * (pair + 1)) - v, 2)).Average();
        }

        // What guidance makes of a·z + b·n, whose empty prompt's number is 0, is a·z + b·w·n.
        private static double Answer(Tensor weights, double z, double number) =>
            weights[0].item<float>() * z + weights[1].item<float>() * number;

        private double Drift(int prompted) => Mean(i => new[] { true, false }.Average(winner => Sample(i, winner).Noisy.Average(z =>
            Math.Pow(Answer(Policy, z, prompted * (i + 1)) - Answer(Reference, z, prompted * (i + 1)), 2))));

        private double Mixed(int pair, bool winner, double mix)
        {
            var (noisy, target) = Sample(pair, winner);
            return noisy.Zip(target, (z, v) =>
                Math.Pow((1 - mix) * Answer(Reference, z, pair + 1) + mix * Answer(Policy, z, pair + 1) - v, 2)).Average();
        }

        private (double[] Noisy, double[] Target) Sample(int pair, bool winner)
        {
            var latents = winner ? Batch.Winners : Batch.Losers;
            double[] Row(Tensor all) => [.. all[pair].reshape(Values).to(float64).data<double>()];
            return (Row(Schedule.AddNoise(latents, Draw.Noise, Draw.Timesteps)), Row(Schedule.Target(latents, Draw.Noise, Draw.Timesteps)));
        }
    }
}
