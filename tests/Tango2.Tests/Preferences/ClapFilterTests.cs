using Tango2.Preferences;

namespace Tango2.Tests.Preferences;

public class ClapFilterTests
{
    private static PreferencePair Pair(PairScore first, PairScore second) =>
        new("A dog barks then a bell rings", "w.wav", "l.wav", Strategy.Perturbed, [first, second]);

    private static readonly PairScore Good1 = new(0.60, 0.45), Good2 = new(0.65, 0.30);

    [Fact]
    public void Bounds_of_the_paper_are_inclusive()
    {
        Assert.True(ClapFilter.Paper.Decide(Pair(Good1, Good2)).Kept);
        Assert.True(ClapFilter.Paper.Decide(Pair(new(0.45, 0.40), new(0.60, 0.52))).Kept);  // α, β, Δmin of both
        Assert.True(ClapFilter.Paper.Decide(Pair(new(0.75, 0.40), new(0.70, 0.0))).Kept);   // β and Δmax of both
    }

    [Theory]
    [InlineData(0.44, 0.40, FilterCondition.Winner)]
    [InlineData(0.60, 0.39, FilterCondition.Loser)]
    [InlineData(0.60, 0.551, FilterCondition.Delta)]
    [InlineData(0.80, 0.449, FilterCondition.Delta)]
    public void Each_condition_of_the_first_model_fails_alone(double winner, double loser, FilterCondition condition)
    {
        var decision = ClapFilter.Paper.Decide(Pair(new(winner, loser), Good2));
        Assert.Equal([condition], decision.Failures.Select(f => f.Condition).Distinct().Take(1));
        Assert.All(decision.Failures, f => Assert.Equal("630k-audioset-best", f.Model));
    }

    [Theory]
    [InlineData(0.59, 0.40, FilterCondition.Winner)]
    [InlineData(0.62, -0.01, FilterCondition.Loser)]
    [InlineData(0.62, 0.55, FilterCondition.Delta)]
    [InlineData(0.80, 0.09, FilterCondition.Delta)]
    public void Each_condition_of_the_second_model_fails_alone(double winner, double loser, FilterCondition condition)
    {
        var failure = Assert.Single(ClapFilter.Paper.Decide(Pair(Good1, new(winner, loser))).Failures);
        Assert.Equal(("630k-best", condition), (failure.Model, failure.Condition));
    }

    [Fact]
    public void A_loser_above_the_winner_fails_even_where_deltas_are_open()
    {
        var open = new ClapFilter([new("any", -1, -1, -2, 2)]);
        var pair = Pair(Good1, Good2) with { Scores = [new(0.3, 0.3)] };
        Assert.Equal(FilterCondition.Order, Assert.Single(open.Decide(pair).Failures).Condition);
        Assert.Equal("any: winner 0.3 is not above loser 0.3", open.Decide(pair).ToString());
    }

    [Fact]
    public void Scores_that_are_not_numbers_fail()
    {
        var decision = ClapFilter.Paper.Decide(Pair(new(double.NaN, 0.4), Good2));
        Assert.False(decision.Kept);
    }

    [Fact]
    public void A_pair_needs_a_score_of_every_model()
    {
        var error = Assert.Throws<ArgumentException>(
            () => ClapFilter.Paper.Decide(Pair(Good1, Good2) with { Scores = [Good1] }));
        Assert.Contains("630k-audioset-best, 630k-best", error.Message, StringComparison.Ordinal);
        Assert.Contains("has 1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Summary_has_a_row_per_strategy_and_one_for_all()
    {
        PreferencePair[] pairs =
        [
            Pair(new(0.6, 0.4), Good2), Pair(new(0.8, 0.5), Good2),
            Pair(new(0.7, 0.3), Good2) with { Strategy = Strategy.DenoisingSteps },
        ];
        var table = PairSummary.Table(pairs);
        Assert.Equal(["1.1", "2", "all"], table.Select(r => r.Label));
        Assert.Equal([1, 2, 3], table.Select(r => r.Pairs));
        Assert.Equal((0.7, 0.45, 0.25), (table[1].Winner, table[1].Loser, Math.Round(table[1].Delta, 12)));
        Assert.Equal(0.65, PairSummary.Table(pairs, model: 1)[2].Winner, 12);
        Assert.True(double.IsNaN(Assert.Single(PairSummary.Table([])).Winner));
    }

    [Theory]
    [InlineData(1.01, 0, 0.1, 0.5, "α of 'x' must be a cosine, in [-1, 1], but is 1.01")]
    [InlineData(double.NaN, 0, 0.1, 0.5, "α of 'x' must be a cosine, in [-1, 1], but is NaN")]
    [InlineData(0.5, -45, 0.1, 0.5, "β of 'x' must be a cosine, in [-1, 1], but is -45")]
    [InlineData(0.5, 0, double.NaN, 0.5, "Δmin of 'x' must be a number, but is NaN")]
    [InlineData(0.5, 0, 0.1, double.NaN, "Δmax of 'x' must be a number, but is NaN")]
    [InlineData(0.5, 0, 0.6, 0.5, "Δmin of 'x' must not be above its Δmax, but is 0.6 and Δmax 0.5")]
    public void Bounds_that_no_pair_could_meet_are_refused(
        double alpha, double beta, double deltaMin, double deltaMax, string message)
    {
        ClapThresholds bounds = new("x", alpha, beta, deltaMin, deltaMax);
        var error = Assert.Throws<ArgumentException>(() => new ClapFilter([ClapThresholds.Paper[0], bounds]));
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Open_differences_are_bounds_too()
    {
        var open = new ClapFilter([new("x", -1, -1, double.NegativeInfinity, double.PositiveInfinity)]);
        Assert.True(open.Decide(Pair(Good1, Good2) with { Scores = [new(0.9, -0.9)] }).Kept);
        Assert.False(open.Decide(Pair(Good1, Good2) with { Scores = [new(double.PositiveInfinity, 0)] }).Kept);
    }

    [Fact]
    public void Pairs_whose_scores_are_no_numbers_are_left_out_with_a_warning()
    {
        var bad = Pair(new(double.NaN, 0.4), Good2) with { Winner = "bad.wav" };
        Assert.StartsWith("630k-audioset-best: winner's score is NaN", ClapFilter.Paper.Decide(bad).ToString(), StringComparison.Ordinal);
        var told = WarningsOf.Run(() => Assert.Single(ClapFilter.Paper.Keep([Pair(Good1, Good2), bad])));
        Assert.Contains("1 of 2 pairs have scores that are no numbers", told, StringComparison.Ordinal);
        Assert.Contains("'bad.wav'", told, StringComparison.Ordinal);
    }

    [Fact]
    public void A_mean_names_the_pair_that_it_cannot_count()
    {
        var nan = Assert.Throws<ArgumentException>(() => PairSummary.Table([Pair(Good1, Good2), Pair(Good1, new(0.5, double.NaN))], 1));
        Assert.Contains("'w.wav' over 'l.wav' of 'A dog barks then a bell rings' has 0.5 and NaN", nan.Message, StringComparison.Ordinal);
        var none = Assert.Throws<ArgumentException>(() => PairSummary.Table([Pair(Good1, Good2) with { Scores = [] }]));
        Assert.Contains("has 0 scores", none.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keeping_and_deciding_are_of_one_mind()
    {
        var random = new Random(1);
        double[] scores = [double.NaN, double.PositiveInfinity, 0.39, 0.4, 0.45, 0.5, 0.6, 0.68, 0.7, 0.8];
        double Any() => scores[random.Next(scores.Length)];
        PreferencePair[] pairs = [.. Enumerable.Range(0, 2000).Select(_ => Pair(new(Any(), Any()), new(Any(), Any())))];
        IReadOnlyList<PreferencePair> kept = [];
        WarningsOf.Run(() => kept = ClapFilter.Paper.Keep(pairs));
        Assert.NotEmpty(kept);
        Assert.Equal(pairs.Where(pair => ClapFilter.Paper.Decide(pair).Kept), kept);
    }
}
