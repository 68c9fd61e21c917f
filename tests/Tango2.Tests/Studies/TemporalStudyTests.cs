using Tango2.Mini.Foley;
using Tango2.Mini.Truth;
using Tango2.Studies;
using Tango2.Evaluation;

namespace Tango2.Tests.Studies;

public class TemporalStudyTests
{
    private static readonly EvaluationSet Set = EvaluationSet.Test(seed: 1, count: 24);

    [Fact]
    public void Tables_name_every_row_with_its_four_measures()
    {
        var table = TemporalStudy.Table(
            "x", Set, ("perfect", TemporalCaptions.Perfect(Set)), ("silence", TemporalCaptions.Silent(Set))).ToString();
        Assert.Matches(@"perfect\t0\t0(\.0+)?\t0(\.0+)?\t1(\.0+)?\n", table);
        Assert.Contains("silence\t1\t", table, StringComparison.Ordinal);
        var changes = TemporalStudy.Changes(
            Set, 1, ("us", TemporalCaptions.Silent(Set), TemporalCaptions.Perfect(Set))).ToString();
        Assert.Contains("OER\t-1 [-1, -1]", changes, StringComparison.Ordinal);
        Assert.Contains("TIME\t1 [1, 1]", changes, StringComparison.Ordinal);
    }

    [Fact]
    public void Orders_are_told_apart_by_what_training_has()
    {
        var rows = OrderStudy.Orders(Set, 1, TemporalCaptions.Silent(Set), TemporalCaptions.Perfect(Set))
            .ToString().Split('\n');
        var pairs = Set.Clips.Select(c => c.Scene)
            .Where(s => s is { Structure: SceneStructure.Sequence, Events.Count: 2 }).ToArray();
        var heldOut = pairs.Count(s => HeldOutPairs.Contains(s.Events[0].Event, s.Events[1].Event));
        Assert.Equal($"in training\t{pairs.Length - heldOut}\t1\t0\t-1 [-1, -1]", rows[1]);
        Assert.Equal($"only in the test\t{heldOut}\t1\t0\t-1 [-1, -1]", rows[2]);
        var validation = EvaluationSet.Validation(seed: 1, count: 24);
        var silent = TemporalCaptions.Silent(validation);
        Assert.DoesNotContain("only in the test", OrderStudy.Orders(validation, 1, silent, silent).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void In_the_paper_silence_has_the_better_duration_and_frequency()
    {
        Assert.Contains("Tango 2\t0.87\t3.586\t1.548\t0.61", TemporalStudy.InPaper().ToString(), StringComparison.Ordinal);
        Assert.True(TemporalStudy.SilentOnAudioTime[Metric.Dur] < Paper.Value(Paper.Aligned, "DUR"));
        Assert.True(TemporalStudy.SilentOnAudioTime[Metric.Freq] < Paper.Value(Paper.Aligned, "FREQ"));
    }

    [Fact]
    public void Timeline_shows_the_caption_and_both_lanes()
    {
        var svg = TemporalStudy.Timeline(TemporalCaptions.Perfect(Set)[0], "perfect", seconds: 2.56).ToHtml();
        Assert.Contains("wanted", svg, StringComparison.Ordinal);
        Assert.Contains("perfect", svg, StringComparison.Ordinal);
    }

    // trial 14
    [Fact]
    public void Orders_name_their_columns_and_take_one_caption_for_each_prompt()
    {
        var (silent, perfect) = (TemporalCaptions.Silent(Set), TemporalCaptions.Perfect(Set));
        Assert.Contains("prompts\tmine\tyours\tchange",
            OrderStudy.Orders(Set, 1, silent, perfect, ("mine", "yours")).ToString(), StringComparison.Ordinal);
        Assert.Contains("each of 24 prompts, but there are 24 and 23", Assert.Throws<ArgumentException>(
            () => OrderStudy.Orders(Set, 1, silent, [.. perfect.Take(23)])).Message, StringComparison.Ordinal);
    }
}
