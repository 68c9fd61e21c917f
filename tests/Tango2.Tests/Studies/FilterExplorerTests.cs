using System.Text.RegularExpressions;
using Tango2.Audio;
using Tango2.Preferences;
using Tango2.Studies;

namespace Tango2.Tests.Studies;

public class FilterExplorerTests
{
    [Fact]
    public void It_counts_what_the_filter_keeps()
    {
        var pairs = Pairs(200);
        Assert.Equal(ClapFilter.Paper.Keep(pairs).Count, new FilterExplorer(pairs).Kept);
    }

    [Fact]
    public void It_needs_nothing_from_elsewhere_and_cannot_be_broken_by_a_prompt()
    {
        var html = new FilterExplorer([.. Pairs(3), Pair("</script><b>&", 0.6, 0.5)]).ToHtml();
        Assert.DoesNotContain("http://", html.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal));
        Assert.DoesNotContain("https://", html);
        Assert.Equal(2, Regex.Count(html, "</script>"));
    }

    [Fact]
    public void Only_the_pairs_nearest_the_boundary_are_heard()
    {
        var asked = new List<string>();
        var explorer = new FilterExplorer([Pair("far", 0.9, 0.1), Pair("near", 0.61, 0.41)], sound: clip =>
        {
            asked.Add(clip);
            return new Waveform(new float[10], 16_000);
        })
        { Heard = 1 };
        Assert.Contains("data:audio/wav;base64,", explorer.ToHtml());
        Assert.Equal(["near-winner", "near-loser"], asked);
    }

    [Fact]
    public void The_same_pairs_give_the_same_fragment() =>
        Assert.Equal(new FilterExplorer(Pairs(10)).ToHtml(), new FilterExplorer(Pairs(10)).ToHtml());

    [Fact]
    public void No_pairs_are_refused() => Assert.StartsWith(
        "There must be at least one pair.", Assert.Throws<ArgumentException>(() => new FilterExplorer([])).Message);

    [Fact]
    public void A_score_that_is_not_a_number_is_refused_by_its_pair() => Assert.StartsWith(
        "Every score must be a finite number, but the pair 'x-winner', 'x-loser' of 'x' has one that is not: score it again",
        Assert.Throws<ArgumentException>(() => new FilterExplorer([Pair("y", 1, 0), Pair("x", double.NaN, 0)])).Message);

    // trial 9, 10, 12: what is told in words and names, whatever the browser.
    [Theory]
    [InlineData("aria-live\", \"polite\"")]
    [InlineData("Why pairs are missing")]
    [InlineData("`Means of the kept pairs by ${model}`")]
    [InlineData("\"loser (cosine)\"")]
    [InlineData("`${model}, ${label}`")]
    [InlineData("c.scope = scope")]
    public void The_script_names_what_it_shows(string part) => Assert.Contains(part, new FilterExplorer(Pairs(3)).ToHtml());

    internal static PreferencePair[] Pairs(int count)
    {
        var random = new Random(1);
        return [.. Enumerable.Range(0, count).Select(i =>
        {
            var (winner, gap) = (0.3 + 0.5 * random.NextDouble(), 0.5 * random.NextDouble() - 0.05);
            return Pair($"a dog barks, then a bell rings {i}", winner, winner - gap, (Strategy)(i % 4));
        })];
    }

    internal static PreferencePair Pair(string prompt, double winner, double loser, Strategy strategy = Strategy.Samples) =>
        new(prompt, prompt + "-winner", prompt + "-loser", strategy, [new(winner, loser), new(winner + 0.1, loser)]);
}
