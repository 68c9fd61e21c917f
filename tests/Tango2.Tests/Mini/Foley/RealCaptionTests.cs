using System.Text.RegularExpressions;
using Tango2.Mini.Foley;

namespace Tango2.Tests.Mini.Foley;

/// <summary>Over a file of real captions, one a line, named by TANGO2_CAPTIONS: are their words for the world's sounds known?</summary>
public sealed partial class RealCaptionTests(ITestOutputHelper output)
{
    [Fact]
    public void Most_words_of_real_captions_of_the_worlds_sounds_are_known()
    {
        var path = Environment.GetEnvironmentVariable("TANGO2_CAPTIONS");
        Assert.SkipWhen(string.IsNullOrEmpty(path), "Set TANGO2_CAPTIONS to a file of captions, one a line.");
        string[] captions = [.. File.ReadLines(path!).Where(SpeaksOfTheWorldOnly)];
        var words = captions.Sum(caption => Word().Count(caption));
        var missing = captions.SelectMany(FoleyWords.Unknown).CountBy(word => word)
            .OrderByDescending(word => word.Value).ToArray();
        var known = 1 - (missing.Sum(word => word.Value) / (double)words);
        var whole = captions.Count(caption => FoleyWords.Unknown(caption).Count == 0);
        output.WriteLine($"{captions.Length} captions of the world's sounds, {words} words, {known:P1} known; all of {whole} captions");
        output.WriteLine(string.Join(", ", missing.Select(word => $"{word.Key} {word.Value}")));
        Assert.True(known > 0.8, $"{known:P1} of the words are known");
    }

    // Each part between connectives has a word that at most two of the world's sounds have, and none speaks of something else.
    private static bool SpeaksOfTheWorldOnly(string caption) => !Other().IsMatch(caption) && Joint().Split(caption.ToLowerInvariant())
        .Where(part => part.Trim().Length > 0).All(part => Word().Matches(part).Any(word => Telling.Contains(word.Value)));

    private static readonly HashSet<string> Telling =
    [
        .. SoundEvents.All.SelectMany(sound => sound.Words.Texts.SelectMany(Words).Distinct())
            .CountBy(word => word).Where(word => word.Value < 3).Select(word => word.Key)
            .Except(Grammar.All.Texts.SelectMany(Words)),
    ];

    private static IEnumerable<string> Words(string text) => Word().Matches(text.ToLowerInvariant()).Select(match => match.Value);

    // The commonest sources of AudioCaps that the world lacks.
    [GeneratedRegex(@"\b(?:water|stream|faucet|toilet|waves?|liquid|ocean|spray\w*|speak\w*|talk\w*|speech|voices?|convers\w+|" +
        @"laugh\w*|shout\w*|cheer\w*|train|rail\w*|track|aircraft|airplane|plane|jet|helicopter|propeller|boat|\w+boat|ship|" +
        @"bab(?:y|ies)|infant|child(?:ren)?|cr(?:y|ies|ying)|goat|sheep|horses?|ducks?|geese|pigs?|rooster|chickens?|pigeons?|" +
        @"coo\w*|insects?|bees?|wasps?|bugs?|buzz\w*|sewing|typing|keyboard|drill\w*|tools?|chainsaw|sander|tick\w*|clock|" +
        @"music\w*|instruments?|snor\w+|sneez\w+|hiss\w*|steam|gun\w*|explosion|frying|food|radio|television|animal|metal)\b",
        RegexOptions.IgnoreCase)]
    private static partial Regex Other();

    [GeneratedRegex("[A-Za-z]+(?:'[a-z]+)?")]
    private static partial Regex Word();

    [GeneratedRegex(@"[,.;]|\b(?:and|then|while|as|before|after|followed by|with|over|during|until)\b")]
    private static partial Regex Joint();
}
