using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Tests.Studies;

public sealed class FilterStudyTests
{
    private static readonly ClapThresholds[] Bounds =
    [
        new("a", Alpha: 0.5, Beta: 0, DeltaMin: 0.1, DeltaMax: 0.6), new("b", Alpha: 0.5, Beta: 0, DeltaMin: 0.1, DeltaMax: 0.6),
    ];

    private static PreferencePair Pair(double winnerA, double loserA, double winnerB, double loserB) =>
        new("rain", "w", "l", Strategy.Samples, [new(winnerA, loserA), new(winnerB, loserB)]);

    [Fact]
    public void Counts_tell_which_condition_fails_and_which_fails_alone()
    {
        PreferencePair[] pairs =
            [Pair(0.8, 0.5, 0.8, 0.5), Pair(0.4, 0.2, 0.8, 0.5), Pair(0.4, 0.45, 0.8, 0.5), Pair(0.8, 0.5, 0.9, -0.1)];

        var counts = FilterCount.Of(pairs, new ClapFilter(Bounds)).ToDictionary(c => (c.Model, c.Condition));

        Assert.Equal(8, counts.Count);
        Assert.Equal((2, 1), Numbers(counts[("a", FilterCondition.Winner)]));
        Assert.Equal((1, 0), Numbers(counts[("a", FilterCondition.Order)]));
        Assert.Equal((1, 0), Numbers(counts[("a", FilterCondition.Delta)]));
        Assert.Equal((1, 0), Numbers(counts[("b", FilterCondition.Loser)]));
        Assert.Equal((1, 0), Numbers(counts[("b", FilterCondition.Delta)]));

        static (int, int) Numbers(FilterCount count) => (count.Failing, count.Alone);
    }

    [Fact]
    public void Margin_is_the_room_that_the_tightest_bound_leaves()
    {
        Assert.Equal(0.05, BorderlinePairs.Margin(Pair(0.8, 0.5, 0.55, 0.3), Bounds), 9);
        Assert.Equal(-0.2, BorderlinePairs.Margin(Pair(0.8, 0.5, 0.7, -0.1), Bounds), 9);
    }

    [Fact]
    public void Nearest_come_first_from_either_side_of_the_boundary()
    {
        PreferencePair[] pairs = [Pair(0.8, 0.5, 0.8, 0.5), Pair(0.8, 0.5, 0.49, 0.3), Pair(0.8, 0.5, 0.55, 0.3)];

        var nearest = BorderlinePairs.Nearest(pairs, Bounds, 2);

        Assert.Equal([pairs[1], pairs[2]], nearest);
    }

    [Fact]
    public void The_papers_table_stands_beside_ours()
    {
        var text = Paper.Pairs([Pair(0.8, 0.5, 0.8, 0.5)]).ToString();

        Assert.Contains("1.1\t3,004\t0.645\t0.447\t0.198\t0\t–", text);
        Assert.Contains("all\t15,025\t0.645\t0.452\t0.193\t1\t0.8\t0.5\t0.3", text);
    }
}
