using Tango2.Mini.Foley;
using Tango2.Metrics;
using Tango2.Mini.Truth;

namespace Tango2.Tests.Mini.Truth;

public class OrderStudyTests
{
    private static readonly OrderedPrompt Prompt = new(SoundEvents.ByKey("bark"), SoundEvents.ByKey("bell"));

    [Fact]
    public void Each_pair_comes_in_both_orders_and_none_is_held_out()
    {
        var prompts = OrderStudy.Prompts(12, seed: 1);
        Assert.Equal(24, prompts.Select(p => p.Text).Distinct().Count());
        Assert.All(prompts.Chunk(2), pair => Assert.Equal(pair[0].Reversed, pair[1]));
        Assert.DoesNotContain(prompts, p => HeldOutPairs.Contains(p.First, p.Second));
        Assert.Equal(prompts, OrderStudy.Prompts(12, seed: 1));
        Assert.NotEqual(prompts, OrderStudy.Prompts(12, seed: 2));
    }

    [Fact]
    public void A_clip_is_judged_by_what_is_heard_when()
    {
        Assert.Equal("a dog barks, then a bell rings", Prompt.Text);
        Assert.Equal(OrderError.None, Judge([new(0, 0.2), new(0.5, 0.7)], [new(1, 2)]));
        Assert.Equal(OrderError.WrongOrder, Judge([new(1, 2)], [new(0, 0.5)]));
        Assert.Equal(OrderError.NotDetected, Judge([new(0, 1)], []));
        Assert.Equal(OrderError.Overlap, Judge([new(0, 2)], [new(0.5, 1.5)]));
    }

    [Fact]
    public void The_error_rate_counts_unheard_sounds_and_the_share_of_the_heard_does_not()
    {
        var outcome = new OrderOutcome([OrderError.None, OrderError.None, OrderError.WrongOrder, OrderError.NotDetected]);
        Assert.Equal(0.5, outcome.ErrorRate);
        Assert.Equal(2 / 3.0, outcome.RightOfHeard, 12);
        Assert.Equal(1, outcome.Count(OrderError.NotDetected));
    }

    // trial 21: the outcome "None" meant right.
    [Fact]
    public void Outcomes_are_told_in_words()
    {
        Assert.Equal(["right", "a sound not heard", "wrong order", "overlap"],
            Enum.GetValues<OrderError>().Select(OrderOutcome.Label));
        var svg = new OrderOutcome([OrderError.None, OrderError.Overlap]).Bars("What became of 2 prompts").Svg;
        Assert.All(Enum.GetValues<OrderError>(), error => Assert.Contains($">{OrderOutcome.Label(error)}<", svg));
        Assert.DoesNotContain("None", svg);
        Assert.Throws<ArgumentOutOfRangeException>(() => OrderOutcome.Label((OrderError)9));
    }

    [Fact]
    public void As_many_clips_as_prompts_are_needed() => Assert.Contains("1 prompts, 0 clips",
        Assert.Throws<ArgumentException>(() => OrderStudy.Judge([], [Prompt])).Message, StringComparison.Ordinal);

    private static OrderError Judge(EventRegion[] first, EventRegion[] second)
    {
        IReadOnlyList<EventRegion>[] heard = [.. SoundEvents.All.Select(_ => Array.Empty<EventRegion>())];
        (heard[Prompt.First.Index], heard[Prompt.Second.Index]) = (first, second);
        return OrderStudy.Judge([heard], [Prompt]).Errors.Single();
    }
}
