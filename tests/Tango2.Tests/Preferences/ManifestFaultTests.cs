using Tango2.Alignment;
using Tango2.Preferences;

namespace Tango2.Tests.Preferences;

/// <summary>Manifests with damaged text, other numbers, clips that are no files, and pairs that compare nothing.</summary>
public sealed class ManifestFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tango2-").FullName;

    public ManifestFaultTests()
    {
        foreach (var name in (string[])["a", "b", "c"]) File.WriteAllText(At(name + ".wav"), name == "c" ? "a" : name);
        Directory.CreateDirectory(At("folder"));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private string Write(params string[] lines)
    {
        File.WriteAllLines(At("p.jsonl"), lines);
        return At("p.jsonl");
    }

    private string Message(params string[] lines) =>
        Assert.Throws<InvalidDataException>(() => PreferenceManifest.Read(Write(lines))).Message;

    private static string Line(string chosen = "a.wav", string rejected = "b.wav", string strategy = "\"2\"", string rest = "", string prompt = "rain") =>
        $$"""{"prompt":"{{prompt}}","chosen":"{{chosen}}","rejected":"{{rejected}}","strategy":{{strategy}}{{rest}}}""";

    // cases: manifest/lonesurrogate.jsonl
    [Fact]
    public void Half_a_surrogate_pair_and_a_NUL_are_named_with_file_line_and_key()
    {
        Assert.Contains("p.jsonl, line 2: 'prompt' holds half of a surrogate pair", Message("", Line(prompt: "a \\ud83d b")));
        Assert.Contains("line 1: 'chosen' holds half of a surrogate pair", Message(Line(chosen: "\\udc00.wav")));
        Assert.Contains("line 1: 'strategy' holds half of a surrogate pair", Message(Line(strategy: "\"\\ud83d\"")));
        Assert.StartsWith(At("p.jsonl") + ", line 1: ", Message(Line(rest: ",\"\\ud83d\":1")));
        Assert.Contains("line 1: 'rejected' holds a NUL", Message(Line(rejected: "b\\u0000.wav")));
        Assert.Contains("line 1: 'chosen' holds a NUL", Assert.Throws<InvalidDataException>(
            () => PreferenceManifest.Read(Write(Line(chosen: "\\u0000")), checkFiles: false)).Message);
    }

    [Fact]
    public void Bytes_that_are_not_UTF_8_are_named_and_a_byte_order_mark_is_not_text()
    {
        File.WriteAllBytes(At("p.jsonl"), [.. "\n\n{\"prompt\":\""u8, 0xE4, .. "\"}"u8]);
        var error = Assert.Throws<InvalidDataException>(() => PreferenceManifest.Read(At("p.jsonl")));
        Assert.Contains("p.jsonl, line 3: expected UTF-8, found the byte 0xE4", error.Message);
        File.WriteAllText(At("p.jsonl"), Line() + "\r\n", new System.Text.UTF8Encoding(encoderShouldEmitUTF8Identifier: true));
        Assert.Equal("rain", Assert.Single(PreferenceManifest.Read(At("p.jsonl"))).Prompt);
    }

    [Fact]
    public void Strategies_may_be_numbers()
    {
        var read = PreferenceManifest.Read(Write(Line(strategy: "2"), Line(strategy: "1.1", prompt: "wind")));
        Assert.Equal([Strategy.Perturbed, Strategy.DenoisingSteps], read.Select(p => p.Strategy));
        Assert.Contains("line 1: strategy must be 1.1, 1.2, 2 or 3, but is '4'", Message(Line(strategy: "4")));
    }

    [Theory]
    [InlineData("[[1e999,0]]")]
    [InlineData("[[0.5,null]]")]
    [InlineData("[[0.5]]")]
    [InlineData("null")]
    public void Scores_are_finite_numbers_in_pairs(string scores) =>
        Assert.Contains("line 1: 'scores' must be [[winner, loser], …] with finite numbers", Message(Line(rest: $",\"scores\":{scores}")));

    [Fact]
    public void What_no_JSON_is_and_what_is_too_deep_is_named_in_one_short_line()
    {
        Assert.Contains("line 1: not valid JSON", Message(Line(rest: ",\"scores\":[[NaN,0]]")));
        Assert.Contains("line 1: not valid JSON", Message(Line(rest: ",\"scores\":" + new string('[', 5000))));
        var unknown = Message(Line(rest: $",\"{new string('k', 5000)}\\n\":1"));
        Assert.True(unknown.Length < 400 + _folder.Length && !unknown.Contains('\n'), unknown);
    }

    [Fact]
    public void Clips_that_are_no_files_are_named()
    {
        Assert.Contains("line 1: the file of 'chosen'", Message(Line(chosen: new string('x', 5000))));
        Assert.Contains("folder, is a folder", Message(Line(rejected: "folder")));
    }

    // cases: manifest/same_clip.jsonl
    [Theory]
    [InlineData("b.wav", "b.wav")]
    [InlineData("b.wav", "./folder/../b.wav")]
    [InlineData("b.wav", "link.wav")]
    [InlineData("a.wav", "c.wav")] // two files of the same bytes
    public void One_sound_on_both_sides_is_refused(string chosen, string rejected)
    {
        File.CreateSymbolicLink(At("link.wav"), At("b.wav"));
        Assert.Contains("p.jsonl, line 1: chosen and rejected must be two sounds, but are one and the same", Message(Line(chosen, rejected)));
    }

    [Fact]
    public void Pairs_that_stand_twice_and_winners_scored_below_their_losers_are_told()
    {
        string Scored(string scores) => Line(rest: $",\"scores\":{scores}");
        var file = Write(Line(), Line(prompt: "wind"), Line(strategy: "\"3\""), Line("b.wav", "a.wav"), Scored("[[0.6,0.5],[0.4,0.5]]"));
        var told = WarningsOf.Run(() => PreferenceManifest.Read(file));
        Assert.Contains("p.jsonl: pairs that stand twice and count twice in training: 2, the first: line 3 repeats line 1.", told);
        Assert.Contains("exchanged: 1, the first: line 4 contradicts line 1.", told);
        Assert.Contains("whose winner is scored below its loser: 1, the first: line 5.", told);
        // Candidates are ranked by one model; the filter asks the others later.
        Assert.Empty(WarningsOf.Run(() => PreferenceManifest.Read(Write(Scored("[[0.6,0.5],[0.4,0.5]]")), checkFiles: false)));
        Assert.Contains("below its loser: 1", WarningsOf.Run(() => PreferenceManifest.Read(Write(Scored("[[0.4,0.5]]")), checkFiles: false)));
        Assert.Contains("holds no pairs", WarningsOf.Run(() => PreferenceManifest.Read(Write())));
    }

    [Fact]
    public void A_prompt_that_says_nothing_is_read_and_told()
    {
        var file = Write(Line(), Line("b.wav", "a.wav", prompt: ""));
        var read = new List<PreferencePair>();
        Assert.Contains(
            "p.jsonl: of 2 pairs 1 have an empty prompt", WarningsOf.Run(() => read.AddRange(PreferenceManifest.Read(file))));
        Assert.Equal(["rain", ""], read.Select(p => p.Prompt));
    }

    [Fact]
    public void Pairs_are_checked_before_they_are_trained_on()
    {
        PreferencePair pair = new("rain", "x", "y", Strategy.Samples, [new(0.4, 0.5)]);
        Assert.Contains("the pairs, pair 1: chosen and rejected must be two sounds", Assert.Throws<ArgumentException>(
            () => PreferenceSet.From([pair, pair with { Loser = "x" }], null!, null!)).Message);
    }

    [Fact]
    public void What_is_not_a_number_is_not_written()
    {
        PreferencePair pair = new("rain", "x", "y", Strategy.Samples, [new(double.NaN, 0)]);
        Assert.Contains("the pair of 'rain' has NaN", Assert.Throws<ArgumentException>(
            () => PreferenceManifest.Write(At("q.jsonl"), [pair])).Message);
        Assert.False(File.Exists(At("q.jsonl")));
    }

    [Fact]
    public void Candidates_of_one_name_are_refused() => Assert.Contains("two have the same name", Assert.Throws<ArgumentException>(
        () => CandidatePairs.BestAgainstOthers("rain", Strategy.Samples, [new("a", [1]), new("a", [0])])).Message);
}
