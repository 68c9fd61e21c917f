using Tango2.Preferences;

namespace Tango2.Tests.Preferences;

public class CandidatePairsTests
{
    private static ScoredClip Clip(string name, params double[] scores) => new(name, scores);

    [Fact]
    public void The_best_of_four_wins_against_the_other_three()
    {
        var pairs = CandidatePairs.BestAgainstOthers(
            "Rain", Strategy.Samples, [Clip("a", 0.2, 0.9), Clip("b", 0.7, 0.1), Clip("c", 0.3, 0.3), Clip("d", 0.1, 0.1)]);
        Assert.All(pairs, p => Assert.Equal("b", p.Winner));
        Assert.Equal(["a", "c", "d"], pairs.Select(p => p.Loser));
        Assert.Equal([new(0.7, 0.2), new(0.1, 0.9)], pairs[0].Scores);
        Assert.Equal("a", CandidatePairs.BestAgainstOthers(
            "Rain", Strategy.Samples, [Clip("a", 0.2, 0.9), Clip("b", 0.7, 0.1)], model: 1)[0].Winner);
    }

    [Fact]
    public void The_original_wins_only_against_perturbed_clips_that_score_lower()
    {
        var pairs = CandidatePairs.AgainstPerturbed(
            "Rain", Strategy.TemporallyPerturbed, Clip("o", 0.5), [Clip("a", 0.4), Clip("b", 0.5), Clip("c", 0.6)]);
        var pair = Assert.Single(pairs);
        Assert.Equal(("Rain", "o", "a"), (pair.Prompt, pair.Winner, pair.Loser));
    }

    [Fact]
    public void Strategies_and_counts_that_do_not_fit_are_named()
    {
        var many = Assert.Throws<ArgumentException>(
            () => CandidatePairs.BestAgainstOthers("Rain", Strategy.Perturbed, [Clip("a", 1), Clip("b", 0)]));
        Assert.Contains("1.1 or 1.2 here, but is 2", many.Message, StringComparison.Ordinal);
        var perturbed = Assert.Throws<ArgumentException>(
            () => CandidatePairs.AgainstPerturbed("Rain", Strategy.Samples, Clip("a", 1), []));
        Assert.Contains("2 or 3 here, but is 1.2", perturbed.Message, StringComparison.Ordinal);
        var few = Assert.Throws<ArgumentException>(
            () => CandidatePairs.BestAgainstOthers("Rain", Strategy.Samples, [Clip("a", 1)]));
        Assert.Contains("'Rain' needs at least two clips", few.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("A dog barks while a man talks", true)]
    [InlineData("Thunder, THEN rain", true)]
    [InlineData("Meanwhile a bell rings in the afternoon", false)]
    public void Temporal_words_are_found_as_whole_words(string caption, bool expected) =>
        Assert.Equal(expected, TemporalWords.In(caption));

    [Fact]
    public void Labels_are_the_papers_numbers()
    {
        foreach (var strategy in Enum.GetValues<Strategy>()) Assert.Equal(strategy, StrategyLabel.Parse(strategy.Label()));
        Assert.Equal("1.2", Strategy.Samples.Label());
        var error = Assert.Throws<InvalidDataException>(() => StrategyLabel.Parse("4"));
        Assert.Contains("1.1, 1.2, 2, 3, but is '4'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_score_that_is_missing_or_no_number_is_named_and_ranks_nowhere()
    {
        foreach (var make in (Action<ScoredClip>[])
        [
            bad => CandidatePairs.BestAgainstOthers("Rain", Strategy.Samples, [Clip("a", 0.2), bad]),
            bad => CandidatePairs.AgainstPerturbed("Rain", Strategy.Perturbed, Clip("a", 0.2), [bad]),
            bad => CandidatePairs.AgainstPerturbed("Rain", Strategy.Perturbed, bad, [Clip("a", 0.2)]),
        ])
        {
            var nan = Assert.Throws<ArgumentException>(() => make(Clip("b", double.NaN)));
            Assert.Contains("clip 'b' of 'Rain' by model 0 is NaN", nan.Message, StringComparison.Ordinal);
            var none = Assert.Throws<ArgumentException>(() => make(Clip("b")));
            Assert.Contains("clip 'b' of 'Rain' has 0 scores", none.Message, StringComparison.Ordinal);
        }
    }
}
