namespace Tango2.Interactive;

/// <summary>What counts as the same in two hosts, and what does not.</summary>
public class LikenessTests
{
    private const string Table =
        "<table><caption>Change</caption><tr><th>FAD</th><th>2.51</th></tr><tr><td>CLAP</td><td>1,250</td></tr></table>";

    [Theory]
    [InlineData("2.51", "2.53")] // another processor
    [InlineData("1,250", "1,251")]
    public void Numbers_may_be_near(string number, string near) => Assert.Empty(Differences(Table, Table.Replace(number, near)));

    [Theory]
    [InlineData("2.51", "3.51", "row 'FAD | 3.51 |'")]
    [InlineData("2.51", "-2.51", "row 'FAD | -2.51 |'")]
    [InlineData("2.51", "2,51", "row 'FAD | 2,51 |'")] // another culture
    [InlineData("CLAP", "KL", "row 'KL | 1,250 |'")]
    [InlineData("Change", "Gain", "text 'Gain'")]
    public void Other_numbers_words_and_formats_differ(string part, string other, string told) =>
        Assert.Contains(told, Assert.Single(Differences(Table, Table.Replace(part, other))), StringComparison.Ordinal);

    [Fact]
    public void A_missing_row_figure_or_player_differs()
    {
        const string Figure = """<figure><svg aria-label="Tone"><text>time [s]</text><text>0.5</text></svg></figure>""";
        Assert.NotEmpty(Differences(Table, Table.Replace("<tr><td>CLAP</td><td>1,250</td></tr>", "")));
        Assert.NotEmpty(Differences(Table + Figure, Table));
        Assert.NotEmpty(Differences(Figure, Figure.Replace("Tone", "Noise")));
        Assert.NotEmpty(Differences(Figure + "<audio aria-label=\"Sound\"></audio>", Figure));
        Assert.Empty(Differences(Figure, Figure.Replace("0.5", "0.25"))); // a tick of its axis
    }

    [Fact]
    public void Sounds_differ_in_length_and_loudness_and_not_in_a_sample()
    {
        var (loud, quiet) = (Wav(4000, 1000), Wav(40, 1000));
        Assert.Empty(Differences(loud, Wav(4001, 1000)));
        Assert.NotEmpty(Differences(loud, quiet));
        Assert.NotEmpty(Differences(loud, Wav(4000, 500)));
    }

    [Fact]
    public void Lines_that_were_rewritten_count_in_their_last_state_and_streams_by_themselves()
    {
        Output[] ours = [Text("stdout", "2 of 2\n✓ 1\n"), Text("stderr", "odd\n")];
        Output[] theirs = [Text("stdout", "1 of 2\r2 of 2\n"), Text("stderr", "odd\n"), Text("stdout", "✓ 1\n")];
        Assert.Empty(Likeness.Differences(Sight.Of(ours), Sight.Of(theirs)));
        Assert.NotEmpty(Likeness.Differences(Sight.Of(ours), Sight.Of(theirs[..2])));
    }

    private static IEnumerable<string> Differences(string ours, string theirs) =>
        Likeness.Differences(Sight.Of([Html(ours)]), Sight.Of([Html(theirs)]));

    private static Output Html(string html) => new("shown", new() { ["text/html"] = html });

    private static Output Text(string stream, string text) => new(stream, new() { ["text/plain"] = text });

    /// <summary>44 bytes of a header, and samples of one size.</summary>
    private static string Wav(short sample, int count)
    {
        var bytes = new byte[44 + 2 * count];
        for (var i = 44; i < bytes.Length; i += 2) BitConverter.TryWriteBytes(bytes.AsSpan(i), sample);
        return $"<audio src=\"data:audio/wav;base64,{Convert.ToBase64String(bytes)}\"></audio>";
    }
}
