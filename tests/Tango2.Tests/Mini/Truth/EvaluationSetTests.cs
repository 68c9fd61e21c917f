using Tango2.Mini.Foley;
using Tango2.Mini.Truth;

namespace Tango2.Tests.Mini.Truth;

public sealed class EvaluationSetTests
{
    private static readonly EvaluationSet Set = EvaluationSet.Test(seed: 3, count: 12);

    [Fact]
    public void A_part_has_the_prompts_the_noise_and_the_truth_of_the_whole()
    {
        var part = Set.Part(8, 10);
        Assert.Equal(Set.Prompts.Skip(8), part.Prompts);
        Assert.Equal(Set.Seeds.Skip(8), part.Seeds);
        Assert.Equal(Set.Clips.Skip(8).Select(clip => clip.Scene), part.Clips.Select(clip => clip.Scene));
        Assert.Equal(4, part.Wanted.Count);
    }

    [Fact]
    public void Other_noise_is_of_the_same_prompts()
    {
        var other = Set.WithNoise(99);
        Assert.Equal(Set.Prompts, other.Prompts);
        Assert.Empty(Set.Seeds.Intersect(other.Seeds));
        Assert.Equal(other.Seeds, Set.WithNoise(99).Seeds);
    }

    [Fact]
    public void Hard_prompts_are_of_three_and_more_sounds_or_of_overlaps()
    {
        var hard = EvaluationSet.Hard(seed: 3, count: 60);
        Assert.All(hard.Clips, clip => Assert.True(
            clip.Scene.Events.Count > 2 || clip.Scene.Structure is SceneStructure.While or SceneStructure.Background, clip.Caption));
        Assert.Contains(hard.Wanted, clip => clip.InSequence);
        Assert.DoesNotContain(hard.Wanted, clip => clip.Ordered);
    }
}
