using Tango2.Preferences;
using Tango2.Tests.Checkpoints;

namespace Tango2.Tests.Preferences;

public sealed class CandidatePlanTests : IDisposable
{
    private const string Good = """{"id":"00003-original","prompt":"rain","text":"rain","steps":50,"seed":-7}""";

    private readonly TemporaryFolder _folder = new();

    private string FilePath => _folder["plan.jsonl"];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_plan_comes_back_from_its_file()
    {
        string[] prompts = ["a dog barks, then \"über\" rain\nfalls", "🎻 & a bell <rings>"];
        var plan = CandidatePlan.For(prompts, seed: 5, new RuleBasedPerturber());
        plan.Write(FilePath);
        Assert.Equal(plan, CandidatePlan.Read(FilePath));
        Assert.Equal(plan.Count, File.ReadAllLines(FilePath).Length);
        Assert.NotEqual(plan, CandidatePlan.For(prompts, seed: 6, new RuleBasedPerturber()));
        Assert.Equal(plan.Where(clip => clip.Number == 1), CandidatePlan.For(1, prompts[1], seed: 5, new RuleBasedPerturber()));
    }

    [Fact]
    public void Clips_of_one_noise_differ_in_their_text_alone()
    {
        (string, long)[] noises = [("a dog barks, then it rains", 7), ("a dog barks, then it rains", 8), ("a bell rings", -9)];
        CandidatePlan Of(long seed, int perturbations = 1) => CandidatePlan.OfOneNoise(noises, perturbations, steps: 8, seed, new RuleBasedPerturber());
        var plan = Of(5);
        Assert.Equal([0, 1, 2], plan.Select(clip => clip.Number).Distinct());
        Assert.All(plan.GroupBy(clip => clip.Number), clips =>
        {
            Assert.All(clips, clip => Assert.Equal(noises[clips.Key], (clip.Prompt, clip.Seed)));
            Assert.Equal(clips.Count(), clips.Select(clip => clip.Text).Distinct().Count());
            Assert.Equal(clips.First().Prompt, clips.First().Text);
        });
        Assert.Equal(["original", "perturbed-1", "reordered-1"], plan.Take(3).Select(clip => clip.Role));
        Assert.Equal(["original", "perturbed-1"], plan.Where(clip => clip.Number == 2).Select(clip => clip.Role)); // no word of time
        Assert.All(plan, clip => Assert.Equal(8, clip.Steps));
        Assert.Equal(plan, Of(5));
        Assert.NotEqual(plan.Select(clip => clip.Text), Of(6).Select(clip => clip.Text));
        Assert.Equal(noises, Of(5, perturbations: 0).Select(clip => (clip.Text, clip.Seed)));
    }

    [Theory]
    [InlineData(-1, 1, "perturbations must be 0 or more, but is -1.")]
    [InlineData(1, 0, "steps must be 1 or more, but is 0.")]
    public void A_plan_of_less_than_no_perturbation_or_of_no_step_is_refused(int perturbations, int steps, string message) =>
        Assert.Equal(message, Assert.Throws<ArgumentException>(() => CandidatePlan.OfOneNoise(
            [("rain", 1)], perturbations, steps, 1, new RuleBasedPerturber())).Message);

    [Fact]
    public void A_plan_without_samples_gives_pairs_of_perturbed_prompts_alone()
    {
        var plan = CandidatePlan.OfOneNoise([("a dog barks, then it rains", 1)], 1, 8, 1, new RuleBasedPerturber());
        var pairs = CandidatePairs.Of([.. plan.Select((clip, i) => (clip, new ScoredClip(clip.Id, [0.9 - (0.1 * i)])))]);
        Assert.Equal([Strategy.Perturbed, Strategy.TemporallyPerturbed], pairs.Select(pair => pair.Strategy));
        Assert.All(pairs, pair => Assert.Equal(plan[0].Id, pair.Winner));
    }

    [Theory]
    [InlineData("rain", "must hold id, prompt, text, steps and seed: ")]
    [InlineData("null", "must hold id, prompt, text, steps and seed: it is null.")]
    [InlineData("""{"id":"00003-original","prompt":"rain","text":"rain","steps":50}""", "must hold id, prompt, text, steps and seed: ")]
    [InlineData("""{"id":"00003-original","prompt":null,"text":"rain","steps":50,"seed":1}""", "must hold id, ")]
    [InlineData("""{"id":"00003-original","prompt":"rain","text":"rain","steps":50,"seed":1,"role":"x"}""", "must hold id, ")]
    [InlineData("""{"id":"00003-original","prompt":"rain","text":"rain","steps":50,"seed":1,"seed":2}""", "must hold id, ")]
    [InlineData("""{"id":"00003-original","prompt":"rain","text":"rain","steps":50,"seed":1.5}""", "must hold id, ")]
    [InlineData("""{"id":"00003-original","prompt":"rain","text":"rain","steps":0,"seed":1}""", "steps must be 1 or more, but is 0.")]
    [InlineData("""{"id":"original","prompt":"rain","text":"rain","steps":50,"seed":1}""",
        "id must be a number, - and a role, such as 00012-original, but is 'original'.")]
    [InlineData("""{"id":"00003-","prompt":"rain","text":"rain","steps":50,"seed":1}""", "id must be a number, - and a role, ")]
    [InlineData("""{"id":"-3-original","prompt":"rain","text":"rain","steps":50,"seed":1}""", "id must be a number, - and a role, ")]
    [InlineData("""{"id":"x3-original","prompt":"rain","text":"rain","steps":50,"seed":1}""", "id must be a number, - and a role, ")]
    public void A_wrong_line_is_named_with_its_file(string line, string message)
    {
        File.WriteAllText(FilePath, $"{Good}\n\n{line}\n");
        Assert.StartsWith($"{FilePath}, line 3: {message}", Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void Two_clips_of_one_name_or_none_at_all_are_refused_with_the_file()
    {
        File.WriteAllText(FilePath, $"{Good}\n{Good.Replace("-7", "8", StringComparison.Ordinal)}\n");
        Assert.Equal($"{FilePath}: The plan has two clips '00003-original', of 'rain' and of 'rain': give each prompt a number "
            + "of its own.", Refused());
        File.WriteAllText(FilePath, $"{Good}\n{Good}\n"); // the same clip may come twice
        Assert.Equal([7L, 7], CandidatePlan.Read(FilePath).Select(clip => -clip.Seed));
        File.WriteAllText(FilePath, "\n");
        Assert.Equal($"{FilePath}: A plan must hold at least one clip, but is empty.", Refused());
    }

    private string Refused() => Assert.Throws<InvalidDataException>(() => CandidatePlan.Read(FilePath)).Message;
}
