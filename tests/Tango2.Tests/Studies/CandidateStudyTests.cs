using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Tests.Studies;

public sealed class CandidateStudyTests
{
    private static readonly PlannedClip[] Plan =
    [
        new(7, "original", "rain", 50, 1), new(7, "steps-5", "rain", 5, 2), new(7, "sample-1", "rain", 50, 3),
        new(7, "perturbed-1", "snow", 50, 4),
    ];

    [Fact]
    public void Clips_are_ranked_by_each_model_and_paired_by_the_papers_rules()
    {
        var clips = new CandidateClips("rain", Plan, zeros(4, 160), [0.5, 0.1, 0.9, 0.3], [0.5, 0.6, 0.4, 0.3]);

        Assert.Equal("00007-sample-1", clips.Ranked()[0]);
        Assert.Equal("00007-steps-5", clips.Ranked(1)[0]);
        Assert.Equal(
            ["00007-original>00007-steps-5", "00007-sample-1>00007-original", "00007-original>00007-perturbed-1"],
            clips.Pairs().Select(p => $"{p.Chosen}>{p.Rejected}"));
    }

    [Fact]
    public void Clips_without_scores_are_an_error()
    {
        var error = Assert.Throws<ArgumentException>(() => new CandidateClips("rain", Plan, zeros(4, 160), [0.5]));

        Assert.Equal("Each of 4 planned clips needs sound and scores; there are 4 sounds and 1 scores.", error.Message);
    }

    [Fact]
    public void Planned_clips_are_found_by_id_and_by_path()
    {
        var models = new ModelStore("nowhere");

        var found = PlannedClips.Named(models, ["00003-original", Path.Combine("some", "folder", "00000-steps-25")]);

        Assert.Equal((3, "original", 50), (found[0].Prompt, found[0].Role, found[0].Steps));
        Assert.Equal((0, "steps-25", 25), (found[1].Prompt, found[1].Role, found[1].Steps));
    }

    [Fact]
    public void A_clip_that_was_not_planned_is_an_error()
    {
        var error = Assert.Throws<ArgumentException>(() => PlannedClips.Named(new("nowhere"), ["00000-nothing"]));

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
    }
}
