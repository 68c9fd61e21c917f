using Tango2.Mini.Foley;
using Tango2.Evaluation;
using Tango2.Mini.Truth;

namespace Tango2.Tests.Evaluation;

public class TemporalCaptionsTests
{
    private static readonly EvaluationSet Set = EvaluationSet.Test(seed: 1, count: 60);

    [Fact]
    public void A_perfect_listener_of_real_clips_makes_no_error()
    {
        var scores = TemporalCaptions.Scores(TemporalCaptions.Perfect(Set), Set);
        Assert.Equal(["oer", "dur", "freq", "time", "fidelity"], scores.Keys.Select(metric => metric.Key));
        Assert.Equal([0.0, 0.0, 0.0, 1.0, 1.0], scores.Values.Select(s => s.Value));
        Assert.Equal(
            Set.Clips.Count(c => c.Scene is { Structure: SceneStructure.Sequence, Events.Count: 2 }),
            scores[Metric.Oer].Counts.Count);
    }

    [Fact]
    public void Silence_costs_every_order_and_all_wanted_seconds_and_occurrences()
    {
        var scores = TemporalCaptions.Scores(TemporalCaptions.Silent(Set), Set);
        var sounds = Set.Clips.SelectMany(c => c.Scene.Events).ToArray();
        Assert.Equal(1, scores[Metric.Oer].Value);
        Assert.Equal(sounds.Average(s => s.Seconds), scores[Metric.Dur].Value, 9);
        Assert.Equal(sounds.Average(s => s.Count), scores[Metric.Freq].Value, 9);
        Assert.Equal(0, scores[Metric.Time].Value);
    }

    [Fact]
    public void Endless_sound_has_no_order_either_but_hits_every_segment()
    {
        var scores = TemporalCaptions.Scores(TemporalCaptions.Endless(Set), Set);
        Assert.Equal(1, scores[Metric.Oer].Value);
        Assert.Equal(Set.Clips.SelectMany(c => c.Scene.Events).Average(s => 2.56 - s.Seconds), scores[Metric.Dur].Value, 6);
        Assert.InRange(scores[Metric.Time].Value, 0.3, 1);
    }

    [Fact]
    public void Captions_of_other_prompts_are_not_measured()
    {
        var few = EvaluationSet.Test(seed: 1, count: 59);
        Assert.Contains("each of 60 prompts, but there are 59", Assert.Throws<ArgumentException>(
            () => TemporalCaptions.Scores(TemporalCaptions.Perfect(few), Set)).Message, StringComparison.Ordinal);
    }
}
