using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Tests.Mini;

/// <summary>A name means one clip, or the call refuses. // trial 1</summary>
public sealed class StudioPairsTests
{
    private static readonly Studio Studio = Studio.Open();

    private static readonly PreferencePair Shipped = Studio.Models.Candidates()
        .First(p => (p.Winner, p.Loser) == ("00000-steps-25", "00000-steps-5"));

    private const string Own = "a dog barks, then a bell rings";

    private static CandidatePlan OwnPlan(long seed = 1) =>
        new(CandidatePlan.For(0, Own, seed, new RuleBasedPerturber()).Where(c => c.Steps <= 25));

    [Fact]
    public void Shipped_pairs_give_the_latents_of_the_shipped_plan()
    {
        using var scope = NewDisposeScope();
        using var pairs = Studio.Pairs([Shipped]);
        var plan = Studio.Models.Plan();
        var batch = pairs.Batch([0]);
        Assert.True(Same(Latents(plan.Named(Shipped.Winner)), batch.Winners));
        Assert.True(Same(Latents(plan.Named(Shipped.Loser)), batch.Losers));
        Assert.Equal(40_960, Studio.Sounds([Shipped])[Shipped.Winner].Samples.Length);
    }

    [Fact]
    public void Pairs_of_an_own_plan_are_made_from_it()
    {
        using var scope = NewDisposeScope();
        var plan = OwnPlan();
        var scored = CandidateClips.Generate(Studio.Base, Studio.Scorers, Own, plan);
        var own = Scored(scored);
        using var pairs = Studio.Pairs([own, own with { Scores = [] }], plan);
        Assert.True(Same(Latents(plan[0]), pairs.Batch([0]).Winners));
        Assert.True(Same(Latents(plan[1]), pairs.Batch([1]).Losers));
        Assert.Equal(own.Winner, Studio.Sounds([own], plan).Keys.First());
    }

    [Fact]
    public void Pairs_of_an_own_prompt_do_not_get_the_clips_of_the_shipped_plan()
    {
        var pair = Shipped with { Prompt = Own };
        foreach (var call in Calls(pair))
            Named($"'00000-steps-25' is planned for the prompt '{Shipped.Prompt}', but its pair is of '{Own}'", call);
    }

    [Fact]
    public void Pairs_of_the_same_prompt_and_other_noise_are_known_by_their_scores()
    {
        using var scope = NewDisposeScope();
        var plan = OwnPlan();
        var pair = Scored(CandidateClips.Generate(Studio.Base, Studio.Scorers, Own, plan));
        foreach (var call in (Action[])
        [
            () => Studio.Pairs([pair], OwnPlan(seed: 2)),
            () => Studio.Sounds([pair], OwnPlan(seed: 2)),
            () => Studio.Pairs([Shipped with { Scores = [new(0.3, 0.2), Shipped.Scores[1]] }]),
            () => Studio.Pairs([Shipped with { Scores = [new(double.NaN, 0.2), Shipped.Scores[1]] }]),
            () => Studio.Pairs([Shipped with { Scores = [Shipped.Scores[0], new(Shipped.Scores[1].Winner, 0.2)] }]),
        ])
            Named("it is another clip of the same name. Give the plan that the pair was made by", call);
    }

    [Fact]
    public void Pairs_that_could_not_be_known_again_need_their_plan()
    {
        foreach (var call in Calls(Shipped with { Scores = [] }))
            Named("has 0 scores in place of those of CLAP A and B", call);
        var (plan, own) = (OwnPlan(), Shipped with { Prompt = Own });
        Named("or none, but that of", () => Studio.Pairs(
            [own with { Winner = plan[0].Id, Loser = plan[1].Id, Scores = [new(1, 0)] }], plan));
    }

    [Fact]
    public void Clips_of_one_sound_or_of_another_prompt_make_no_pair()
    {
        PreferencePair Pair(string chosen, string rejected, string prompt = Own) =>
            new(prompt, chosen, rejected, Strategy.DenoisingSteps, []);
        var plan = OwnPlan();
        Named("chosen and rejected must be two sounds", () => Studio.Pairs(
            [Pair($"a/{plan[0].Id}", $"b/{plan[0].Id}")], plan));
        var twice = new CandidatePlan([plan[0], plan[0] with { Role = "steps-1000" }]);
        Named("are one sound, of one text, steps and seed", () => Studio.Pairs(
            [Pair(twice[0].Id, twice[1].Id)], twice));
        Named($"is planned for the prompt '{Own}', but its pair is of 'rain'", () => Studio.Pairs(
            [Pair(plan[0].Id, plan[1].Id, "rain")], plan));
    }

    [Fact]
    public void A_plan_with_two_clips_of_one_name_or_without_the_clip_is_refused()
    {
        PlannedClip[] both = [.. OwnPlan(), .. CandidatePlan.For(0, "rain falls", 1, new RuleBasedPerturber())];
        Named("The plan has two clips '00000-steps-5'", () => new CandidatePlan(both));
        Named("The plan has no clip '00001-steps-5'", () => OwnPlan().Named("00001-steps-5"));
        Named("but is empty", () => new CandidatePlan([]));
        Assert.Equal(Own, OwnPlan().Named(Path.Combine("a", "00000-steps-5")).Text);
    }

    [Fact]
    public void The_plan_of_a_folder_is_its_file_and_no_other()
    {
        var folder = Directory.CreateTempSubdirectory();
        var models = new MiniModels(folder.FullName);
        var missing = Assert.Throws<FileNotFoundException>(() => models.Plan());
        Assert.Equal($"{models.PlanPath} does not exist: run `tango2 train mini candidates` to make it.", missing.Message);
        var nothing = Assert.Throws<FileNotFoundException>(() => new Studio(models).Pairs([Shipped]));
        Assert.Equal(missing.Message, nothing.Message);
        OwnPlan(seed: 2).Write(models.PlanPath);
        Assert.Equal(OwnPlan(seed: 2), models.Plan());
        Assert.NotEqual(OwnPlan(seed: 1), models.Plan());
        File.WriteAllText(models.PlanPath, "{");
        Assert.StartsWith(
            $"{models.PlanPath}, line 1: ", Assert.Throws<InvalidDataException>(() => models.Plan()).Message, StringComparison.Ordinal);
        folder.Delete(recursive: true);
    }

    private static Action[] Calls(PreferencePair pair) =>
        [() => Studio.Pairs([pair]), () => Studio.Sounds([pair])];

    // The first two clips of the own plan with their true scores, whoever of them is the better.
    private static PreferencePair Scored(CandidateClips clips)
    {
        var (winner, loser) = (clips.Scored[0].Scored, clips.Scored[1].Scored);
        return new(Own, winner.Clip, loser.Clip, Strategy.DenoisingSteps,
            [.. winner.Scores.Zip(loser.Scores, (w, l) => new PairScore(w, l))]);
    }

    private static Tensor Latents(PlannedClip clip) => Studio.Base.Latents(
        [clip.Text], [clip.Seed], new() { Steps = clip.Steps, GuidanceScale = CandidatePlan.GuidanceScale });

    private static bool Same(Tensor a, Tensor b) => (a == b).all().item<bool>();

    private static void Named(string part, Action call) => Assert.Contains(
        part, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
}
