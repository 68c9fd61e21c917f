using Tango2.Mini.Foley;
using Tango2.Mini.Truth;
using Tango2.Evaluation;

namespace Tango2.Tests.Pipelines;

/// <summary>What listens to clips takes one prompt, scene or list of queries for each, and no clip that is not finite.</summary>
public sealed class ListenerTests : IDisposable
{
    private static readonly Studio Studio = Studio.Open();
    private static readonly FoleyClip[] Scenes = [.. FoleyWorld.Clips(90, FoleySplit.Validation, 2, SceneMix.Sequences)];
    private static readonly EvaluationSet Set = EvaluationSet.Test(seed: 1, count: 2);
    private readonly DisposeScope _scope = NewDisposeScope();

    public void Dispose() => _scope.Dispose();

    // cases: ClapScorer.Score of 2 clips and 1 prompt
    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 2)]
    [InlineData(2, 3)]
    [InlineData(2, 0)]
    public void Clap_scores_one_prompt_for_each_clip(int clips, int prompts) => Named(
        $"There must be as many prompts as clips, but there are {prompts} for {clips} clips.",
        () => Studio.ClapA.Score(Sound(clips), [.. Enumerable.Repeat("rain falls", prompts)]));

    [Fact]
    public void Others_take_one_entry_for_each_clip_too()
    {
        Named("as many lists of queries as clips, but there are 1 for 2", () => Studio.Grounder.Regions(Sound(2), [["a bell"]]));
        Named("as many lists of queries as clips, but there are 2 for 1", () => Studio.Grounder.Regions(Sound(1), [["a bell"], []]));
        Named("as many prompts as clips, but there are 2 for 3", () => Studio.Evaluator.Measure("x", Sound(3), Set));
        Named("as many prompts as clips, but there are 2 for 1", () => TemporalCaptions.Heard(Studio.Detector.Listener, Sound(1), Set));
        Named("as many lists of queries as clips", () => TemporalCaptions.Heard(TemporalCaptions.Of(Studio.Grounder), Sound(3), Set));
        Named("as many scenes as clips, but there are 2 for 1",
            () => PromptFidelity.Measure(Studio.Detector, Sound(1), [.. Scenes.Select(c => c.Scene)]));
        Named("Each of 2 clips needs its sound, but there are 1 sounds",
            () => CaptionJudgement.Of(Studio.ClapA, Sound(1), Scenes, seed: 1));
        Named("Each of 2 clips needs a name, but there are 1 names", () => Studio.Players(Sound(2), "one"));
        Named("1 prompts, 2 clips", () => OrderStudy.Judge(Studio.Detector, Sound(2), [.. OrderStudy.Prompts(1, 1).Take(1)]));
    }

    [Theory]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "-Infinity")]
    public void A_clip_that_is_not_finite_is_named(float value, string shown)
    {
        var sound = Sound(2);
        sound[1, 500] = value;
        foreach (var listen in (Action[])
        [
            () => Studio.ClapA.Score(sound, ["rain falls", "rain falls"]),
            () => Studio.Detector.Regions(sound),
            () => Studio.Grounder.Regions(sound, [["a bell"], ["a bell"]]),
            () => Studio.Models.Tagger().Features(sound),
            () => Studio.Evaluator.Measure("x", sound, Set),
        ])
            Named($"waveforms must be finite, but at clip 1, sample 500 it is {shown}", listen);
    }

    [Fact]
    public void Clips_in_double_precision_are_heard_as_those_in_single()
    {
        using var scope = NewDisposeScope();
        var sound = Sound(1);
        Assert.Equal(Studio.ClapA.Score(sound, ["rain falls"])[0], Studio.ClapA.Score(sound.to(float64), ["rain falls"])[0], 5);
        var (single, exact) = (Studio.Models.Tagger().Features(sound), Studio.Models.Tagger().Features(sound.to(float64)));
        Assert.True(single.Embeddings.allclose(exact.Embeddings, rtol: 1e-4, atol: 1e-5));
    }

    [Fact]
    public void Damaged_weights_and_clips_without_sound_are_told()
    {
        var damaged = Studio.Models.Clap("b");
        foreach (var parameter in damaged.Model.parameters()) parameter.fill_(float.NaN);
        Named("The scores by CLAP b must be finite, but at clip 0 it is NaN",
            () => damaged.Score(Sound(2), ["rain falls", "rain falls"]));
        Named("waveforms must hold at least one clip", () => Studio.ClapA.Score(zeros(0, 16_000), []));
        Named("waveforms must be [B, N]", () => Studio.ClapA.Score(zeros(16_000), ["rain falls"]));
    }

    [Fact]
    public void A_clip_that_nothing_is_asked_of_has_no_regions()
    {
        var heard = Studio.Grounder.Regions(FoleyWorld.Waveforms(Scenes), [["a dog barks"], []]);
        Assert.Single(heard[0]);
        Assert.Empty(heard[1]);
    }

    private static Tensor Sound(int clips) => rand([clips, 40_960], generator: new Generator(1)) - 0.5;

    private static void Named(string part, Action call) => Assert.Contains(
        part, Assert.Throws<ArgumentException>(call).Message, StringComparison.Ordinal);
}
