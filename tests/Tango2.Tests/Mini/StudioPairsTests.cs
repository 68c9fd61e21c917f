using Tango2.Mini.Lab;
using Tango2.Pipelines;
using Tango2.Preferences;
using Tango2.Mini.Truth;
using Tango2.Studies;

namespace Tango2.Tests.Mini;

/// <summary>A name means one clip, or the call refuses. // trial 1</summary>
public sealed class StudioPairsTests
{
    private static readonly Studio Studio = Studio.Open();

    private static readonly PreferencePair Shipped = Studio.Models.Candidates()
        .First(p => (p.Winner, p.Loser) == ("00000-steps-25", "00000-steps-5"));

    private const string Own = "a dog barks, then a bell rings";

    private static IReadOnlyList<PlannedClip> OwnPlan(long seed = 1) =>
        [.. CandidatePlan.For(0, Own, seed, new RuleBasedPerturber()).Where(c => c.Steps <= 25)];

    [Fact]
    public void Shipped_pairs_give_the_latents_of_the_shipped_plan()
    {
        using var scope = NewDisposeScope();
        using var pairs = Studio.Pairs([Shipped]);
        var clips = PlannedClips.Named(Studio.Models, [Shipped.Winner, Shipped.Loser]);
        var batch = pairs.Batch([0]);
        Assert.True(Same(Latents(clips[0]), batch.Winners));
        Assert.True(Same(Latents(clips[1]), batch.Losers));
        Assert.Equal(40_960, Studio.Sounds([Shipped])[Shipped.Winner].Samples.Length);
    }

    [Fact]
    public void Pairs_of_an_own_plan_are_made_from_it()
    {
        using var scope = NewDisposeScope();
        var plan = OwnPlan();
        var scored = CandidateClips.Generate(Studio, Own, plan);
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
        var pair = Scored(CandidateClips.Generate(Studio, Own, plan));
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
        Named("or none, but that of", () => NamedPairs.Generate(
            Studio, [own with { Winner = plan[0].Id, Loser = plan[1].Id, Scores = [new(1, 0)] }], plan));
    }

    [Fact]
    public void Clips_of_one_sound_or_of_another_prompt_make_no_pair()
    {
        PreferencePair Pair(string chosen, string rejected, string prompt = Own) =>
            new(prompt, chosen, rejected, Strategy.DenoisingSteps, []);
        var plan = OwnPlan();
        Named("chosen and rejected must be two sounds", () => NamedPairs.Generate(
            Studio, [Pair($"a/{plan[0].Id}", $"b/{plan[0].Id}")], plan));
        PlannedClip[] twice = [plan[0], plan[0] with { Role = "steps-1000" }];
        Named("are one sound, of one text, steps and seed", () => NamedPairs.Generate(
            Studio, [Pair(twice[0].Id, twice[1].Id)], twice));
        Named($"is planned for the prompt '{Own}', but its pair is of 'rain'", () => NamedPairs.Generate(
            Studio, [Pair(plan[0].Id, plan[1].Id, "rain")], [.. plan.Where(c => c.Role != "original")]));
    }

    [Fact]
    public void A_plan_with_two_clips_of_one_name_or_without_the_clip_is_refused()
    {
        PlannedClip[] both = [.. OwnPlan(), .. CandidatePlan.For(0, "rain falls", 1, new RuleBasedPerturber())];
        Named("The plan has two clips '00000-steps-5'", () => PlannedClips.Named(["00000-steps-5"], both));
        Named("The plan has no clip '00001-steps-5'", () => PlannedClips.Named(["00001-steps-5"], OwnPlan()));
        Named("but is empty", () => PlannedClips.Named(["00001-steps-5"], []));
        Assert.Equal(Own, PlannedClips.Named([Path.Combine("a", "00000-steps-5")], OwnPlan())[0].Text);
    }

    [Fact]
    public void The_plan_of_a_folder_has_the_seed_that_its_record_tells()
    {
        var folder = Directory.CreateTempSubdirectory();
        var record = Directory.CreateDirectory(Path.Combine(folder.FullName, "training")).FullName + "/candidates.json";
        var models = new MiniModels(folder.FullName);
        var one = PlannedClips.Of(models);
        File.WriteAllText(record, """{ "seed": 1, "effort": 0.02 }""");
        Assert.Equal(one.Where(c => c.Prompt < 4), PlannedClips.Of(models));
        File.WriteAllText(record, """{ "seed": 2, "effort": 0.02 }""");
        Assert.NotEqual(one[0], PlannedClips.Of(models)[0]);
        foreach (var damaged in new[] { "{ \"seed\": 2 }", "[]", "{ \"seed\": \"x\", \"effort\": 1 }", "{" })
        {
            File.WriteAllText(record, damaged);
            var error = Assert.Throws<InvalidDataException>(() => PlannedClips.Of(models));
            Assert.StartsWith(record, error.Message, StringComparison.Ordinal);
        }
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
