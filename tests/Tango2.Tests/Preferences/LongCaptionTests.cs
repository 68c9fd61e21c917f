using System.Diagnostics;
using Tango2.Preferences;

namespace Tango2.Tests.Preferences;

/// <summary>Captions that go on for ever: the time to perturb them grows with their length, whatever they hold.</summary>
public class LongCaptionTests
{
    private const int Length = 20_000;

    // cases: the rule perturber on a run of 20,000 blanks. It took over 6 minutes; now about a second at most.
    [Theory]
    [InlineData("A dog barks", " ", "then rain falls")]
    [InlineData("A dog barks", "\t", "and\na cat meows")]
    [InlineData("After", " ", "a dog barks, rain falls")]
    [InlineData("After", " ", "a dog barks")]
    [InlineData("A dog barks", ", ", "then rain falls")]
    [InlineData("A dog barks", " ,", " then rain falls")]
    [InlineData("A dog barks ", "and ", "rain falls")]
    [InlineData("A dog barks ", "then ", "rain falls")]
    [InlineData("A dog barks ", "x, a can then barks ", "rain falls")]
    [InlineData("A dog barks then ", "a", " rain")]
    [InlineData("A dog barks ", "ly", " followed by rain")]
    [InlineData("A dog", "'", " barks then rain")]
    [InlineData("A dog barks then", ".", "")]
    [InlineData("", "dog ", "barks")]
    [InlineData("", "after a few ", "dogs bark")]
    [InlineData("", "man woman rain loud, and then ", "dogs bark")]
    public void A_long_caption_takes_no_more_than_its_length_in_time(string start, string run, string end)
    {
        var caption = start + string.Concat(Enumerable.Repeat(run, Length / run.Length)) + end;
        var time = Stopwatch.StartNew();
        foreach (var strategy in (Strategy[])[Strategy.Perturbed, Strategy.TemporallyPerturbed])
            new RuleBasedPerturber().Perturb(caption, strategy, 5, new Random(1));
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(60), $"It took {time.Elapsed}.");
    }

    [Fact]
    public void Order_is_found_across_a_run_of_blanks() => Assert.Equal(PerturbationKind.Order, new RuleBasedPerturber()
        .Perturb($"A dog barks{new string(' ', Length)}then rain falls", Strategy.TemporallyPerturbed, 1, new Random(1))[0].Kind);

    [Fact]
    public void An_answer_of_blanks_and_digits_is_read_in_time()
    {
        var time = Stopwatch.StartNew();
        Assert.Equal([new string('1', Length)], ChatPerturber.Parse($"{new string(' ', Length)}\n{new string('1', Length)}\n"));
        Assert.True(time.Elapsed < TimeSpan.FromSeconds(30), $"It took {time.Elapsed}.");
    }
}
