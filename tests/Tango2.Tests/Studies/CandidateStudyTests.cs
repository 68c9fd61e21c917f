using Tango2.Metrics;
using Tango2.Preferences;
using Tango2.Mini.Truth;
using Tango2.Studies;

namespace Tango2.Tests.Studies;

public sealed class CandidateStudyTests
{
    private const int Rate = 16_000;

    private static readonly CandidatePlan Plan = new(
    [
        new(7, "original", "rain", "rain", 50, 1), new(7, "steps-5", "rain", "rain", 5, 2),
        new(7, "sample-1", "rain", "rain", 50, 3), new(7, "perturbed-1", "rain", "snow", 50, 4),
    ]);

    [Fact]
    public void Clips_are_ranked_by_each_model_and_paired_by_the_papers_rules()
    {
        var clips = new CandidateClips("rain", Plan, zeros(4, 160), Rate, [0.5, 0.1, 0.9, 0.3], [0.5, 0.6, 0.4, 0.3]);

        Assert.Equal("00007-sample-1", clips.Ranked()[0]);
        Assert.Equal("00007-steps-5", clips.Ranked(1)[0]);
        Assert.Equal(
            ["00007-original>00007-steps-5", "00007-sample-1>00007-original", "00007-original>00007-perturbed-1"],
            clips.Pairs().Select(p => $"{p.Winner}>{p.Loser}"));
    }

    [Fact]
    public void Clips_without_scores_are_an_error()
    {
        var error = Assert.Throws<ArgumentException>(() => new CandidateClips("rain", Plan, zeros(4, 160), Rate, [0.5]));

        Assert.Equal("Each of 4 planned clips needs sound and scores; there are 4 sounds and 1 scores.", error.Message);
    }

    [Fact]
    public void Planned_clips_are_found_by_id_and_by_path()
    {
        var plan = MiniModels.Default.Plan();

        var (one, other) = (plan.Named("00003-original"), plan.Named(Path.Combine("some", "folder", "00000-steps-25")));

        Assert.Equal((3, "original", 50), (one.Number, one.Role, one.Steps));
        Assert.Equal((0, "steps-25", 25), (other.Number, other.Role, other.Steps));
    }

    [Fact]
    public void A_clip_that_was_not_planned_is_an_error()
    {
        var error = Assert.Throws<ArgumentException>(() => MiniModels.Default.Plan().Named("00000-nothing"));

        Assert.StartsWith("The plan has no clip '00000-nothing'; its names are like '00000-original'.", error.Message);
    }

    [Fact]
    public void Rank_correlation_is_of_ranks_and_shares_ties()
    {
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, 3], [10, 200, 3000]), 9);
        Assert.Equal(-1, RankCorrelation.Spearman([1, 2, 3], [3, 2, 1]), 9);
        Assert.Equal(Math.Sqrt(0.75), RankCorrelation.Spearman([1, 2, 3], [1, 1, 2]), 9);
        Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1], [1]));
    }

    [Fact]
    public void A_judgement_is_the_share_of_true_captions_that_win()
    {
        var judgement = new CaptionJudgement("a", [0.5, 0.5, 0.5, 0.5], [0.4, 0.6, 0.5, 0.1], [0, 0, 0, 0], [1, 1, 1, 1]);

        Assert.Equal(0.5, judgement.Above(judgement.Swapped));
        Assert.Equal(1, judgement.Above(judgement.Replaced));
        Assert.Equal(0, judgement.Above(judgement.Dropped));
        Assert.Equal([0.1, -0.1, 0, 0.4], judgement.Margins(judgement.Swapped).Select(margin => Math.Round(margin, 12)));
    }

    // trial 18
    [Fact]
    public void Means_are_of_the_roles_that_there_are()
    {
        var plan = CandidatePlan.For(7, "a dog barks", 1, new RuleBasedPerturber()); // without a word of time
        var scores = plan.Select((_, i) => i / 16.0).ToArray();
        var clips = new CandidateClips("a dog barks", plan, zeros(plan.Count, 160), Rate, scores);

        var means = clips.MeanByRole();

        Assert.Equal(["original", "steps-5", "steps-25", "steps-100", "sample", "perturbed"], means.Select(m => m.Role));
        Assert.Equal([0, 1 / 16.0, 2 / 16.0, 3 / 16.0, 5 / 16.0], means.Take(5).Select(m => m.Mean));
    }

    [Fact]
    public void Clips_of_another_prompt_or_without_a_number_are_an_error()
    {
        var other = Assert.Throws<ArgumentException>(() => new CandidateClips("snow", Plan, zeros(4, 160), Rate, [0, 0, 0, 0]));
        Assert.Equal("The plan is of the prompt 'rain', but the clips are for 'snow'.", other.Message);
        var two = Assert.Throws<ArgumentException>(() => new CandidateClips(
            "rain", new([Plan[0], Plan[1] with { Number = 8 }]), zeros(2, 160), Rate, [0, 0]));
        Assert.Contains("'00008-steps-5' and '00007-original' are of two", two.Message);
        var nan = Assert.Throws<ArgumentException>(() => new CandidateClips("rain", Plan, zeros(4, 160), Rate, [0, 0, double.NaN, 0]));
        Assert.Contains("scores of model 0 must be finite, but at clip 2 it is NaN", nan.Message);
        var unknown = Assert.Throws<ArgumentException>(
            () => new CandidateClips("rain", Plan, zeros(4, 160), Rate, [0, 0, 0, 0]).Hear("00007-sample-9"));
        Assert.Contains("no clip '00007-sample-9'; there are 00007-original", unknown.Message);
        var without = Assert.Throws<ArgumentException>(() => CandidatePairs.Of([(Plan[1], new(Plan[1].Id, [0.5]))]));
        Assert.Contains("must hold one of the role 'original', but hold 0", without.Message);
        Assert.Equal("A prompt needs clips, but has none.",
            Assert.Throws<ArgumentException>(() => CandidatePairs.Of([])).Message);
    }

    [Fact]
    public void Ranks_of_what_has_no_order_are_refused()
    {
        var nan = Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([1, 2, 3], [1, double.NaN, 2]));
        Assert.Equal("A NaN has no rank, but second has one at place 1.", nan.Message);
        var equal = Assert.Throws<ArgumentException>(() => RankCorrelation.Spearman([0.5, 0.5], [1, 2]));
        Assert.Equal("Equal values have no order, but all 2 of first are 0.5.", equal.Message);
        Assert.Equal(1, RankCorrelation.Spearman([1, 2, double.PositiveInfinity], [1, 2, 3]), 9);
    }

    [Fact]
    public void Shares_name_what_they_cannot_count()
    {
        var judgement = new CaptionJudgement("a", [0.5, 0.5], [0.4, double.NaN], [0], []);
        Assert.Contains("wrong captions must be finite, but at clip 1 it is NaN",
            Assert.Throws<ArgumentException>(() => judgement.Above(judgement.Swapped)).Message);
        Assert.Contains("must be 2 scores of wrong captions, but there are 1",
            Assert.Throws<ArgumentException>(() => judgement.Above(judgement.Replaced)).Message);
        Assert.Contains("at least one clip", Assert.Throws<ArgumentException>(
            () => new CaptionJudgement("a", [], [], [], []).Above([])).Message);
    }
}
