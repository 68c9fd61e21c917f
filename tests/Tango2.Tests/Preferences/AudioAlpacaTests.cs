using Parquet;
using Parquet.Schema;
using Tango2.Preferences;

namespace Tango2.Tests.Preferences;

public sealed class AudioAlpacaTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tango2-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private string At(string name) => Path.Combine(_folder, name);

    private static AlpacaRow[] Rows(int count) => [.. Enumerable.Range(0, count).Select(i => new AlpacaRow(
        $"caption „{i}“", [.. Enumerable.Range(0, 50 + i).Select(b => (byte)(b * i))], [0, 255, (byte)i], "1.2"))];

    [Fact]
    public void Rows_come_back_as_written_across_row_groups()
    {
        var rows = Rows(7);
        AudioAlpaca.Write(At("train.parquet"), rows, rowsPerGroup: 3);
        var read = AudioAlpaca.Read(At("train.parquet")).ToArray();
        Assert.Equal(rows.Select(r => (r.Prompt, r.Strategy)), read.Select(r => (r.Prompt, r.Strategy)));
        Assert.Equal(rows.Select(r => r.Chosen), read.Select(r => r.Chosen));
        Assert.Equal(rows.Select(r => r.Rejected), read.Select(r => r.Rejected));
    }

    [Fact]
    public async Task Clips_stored_as_structs_with_bytes_and_path_are_read()
    {
        var schema = new ParquetSchema(
            new DataField<string>("prompt"),
            new StructField("chosen", new DataField<byte[]>("bytes"), new DataField<string>("path")),
            new StructField("rejected", new DataField<byte[]>("bytes"), new DataField<string>("path")),
            new DataField<string>("strategy"));
        var fields = schema.GetDataFields();
        await using (var stream = File.Create(At("hub.parquet")))
        {
            await using var writer = await ParquetWriter.CreateAsync(
                schema, stream, cancellationToken: TestContext.Current.CancellationToken);
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(fields[0], ["a", "b"]);
            await group.WriteAsync(fields[1], new byte[][] { [1], [2, 3] });
            await group.WriteAsync(fields[2], ["1.wav", "2.wav"]);
            await group.WriteAsync(fields[3], new byte[][] { [4], [5] });
            await group.WriteAsync(fields[4], ["3.wav", "4.wav"]);
            await group.WriteAsync(fields[5], ["2", "3"]);
        }
        var rows = AudioAlpaca.Read(At("hub.parquet")).ToArray();
        Assert.Equal(["a", "b"], rows.Select(r => r.Prompt));
        Assert.Equal([[1], [2, 3]], rows.Select(r => r.Chosen));
        Assert.Equal([[4], [5]], rows.Select(r => r.Rejected));
        Assert.Equal(["2", "3"], rows.Select(r => r.Strategy));
    }

    [Fact]
    public void Files_that_are_not_audio_alpaca_are_named()
    {
        File.WriteAllText(At("no.parquet"), "not parquet at all");
        var error = Assert.Throws<InvalidDataException>(() => AudioAlpaca.Read(At("no.parquet")).ToArray());
        Assert.Contains("no.parquet is not a Parquet file", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_column_is_named()
    {
        var schema = new ParquetSchema(new DataField<string>("prompt"), new DataField<string>("strategy"));
        await using (var stream = File.Create(At("few.parquet")))
        {
            await using var writer = await ParquetWriter.CreateAsync(
                schema, stream, cancellationToken: TestContext.Current.CancellationToken);
            using var group = writer.CreateRowGroup();
            foreach (var field in schema.GetDataFields()) await group.WriteAsync(field, ["x"]);
        }
        var error = Assert.Throws<InvalidDataException>(() => AudioAlpaca.Read(At("few.parquet")).ToArray());
        Assert.Contains("lacks 'chosen'; it has prompt, strategy", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Manifest_comes_back_as_written_with_full_paths()
    {
        File.WriteAllText(At("a.wav"), "");
        File.WriteAllText(At("b.wav"), "");
        PreferencePair[] pairs =
        [
            new("A \"dog\" barks, then rain", "a.wav", "b.wav", Strategy.TemporallyPerturbed, [new(0.6, 0.4), new(0.7, 0.1)]),
            new("Rain", At("b.wav"), At("a.wav"), Strategy.DenoisingSteps, []),
        ];
        PreferenceManifest.Write(At("pairs.jsonl"), pairs);
        var read = PreferenceManifest.Read(At("pairs.jsonl"));
        Assert.Equal(pairs.Select(p => (p.Prompt, p.Strategy)), read.Select(p => (p.Prompt, p.Strategy)));
        Assert.Equal([At("a.wav"), At("b.wav")], read.Select(p => p.Winner));
        Assert.Equal(pairs[0].Scores, read[0].Scores);
        Assert.Empty(read[1].Scores);
    }

    [Theory]
    [InlineData("{\"prompt\": \"a\"", "line 2: not valid JSON")]
    [InlineData("[1]", "line 2: must be a JSON object")]
    [InlineData("{\"prompt\":\"a\",\"prompt\":\"b\"}", "line 2: not valid JSON")]
    [InlineData("{\"prompt\":\"a\",\"winner\":\"b\"}", "line 2: unknown key 'winner'")]
    [InlineData("{\"prompt\":\"a\",\"chosen\":\"c\",\"rejected\":\"r\"}", "line 2: key 'strategy' is missing")]
    [InlineData("{\"prompt\":\"a\",\"chosen\":\"c\",\"rejected\":\"r\",\"strategy\":\"4\"}", "line 2: strategy must be")]
    [InlineData("{\"prompt\":7,\"chosen\":\"c\",\"rejected\":\"r\",\"strategy\":\"2\"}", "line 2: 'prompt' must be a text")]
    [InlineData("{\"prompt\":\"a\",\"chosen\":\"c.wav\",\"rejected\":\"r\",\"strategy\":\"2\"}", "line 2: the file of 'chosen'")]
    public void Wrong_manifest_lines_are_named(string line, string message)
    {
        File.WriteAllText(At("pairs.jsonl"), "\n" + line + "\n");
        var error = Assert.Throws<InvalidDataException>(() => PreferenceManifest.Read(At("pairs.jsonl")));
        Assert.Contains("pairs.jsonl, " + message, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_scores_are_named()
    {
        File.WriteAllText(At("pairs.jsonl"),
            "{\"prompt\":\"a\",\"chosen\":\"c\",\"rejected\":\"r\",\"strategy\":\"2\",\"scores\":[[1,\"x\"]]}");
        var error = Assert.Throws<InvalidDataException>(
            () => PreferenceManifest.Read(At("pairs.jsonl"), checkFiles: false));
        Assert.Contains("line 1: 'scores' must be [[winner, loser], …]", error.Message, StringComparison.Ordinal);
    }
}
