using Parquet;
using Parquet.Schema;
using Tango2.Preferences;

namespace Tango2.Tests.Preferences;

/// <summary>Audio-alpaca files with values missing, of other types, or damaged.</summary>
public sealed class AlpacaFaultTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("tango2-").FullName;

    private string File => Path.Combine(_folder, "a.parquet");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Sound(string of) => System.Text.Encoding.ASCII.GetBytes(of);

    private string Message() => Assert.Throws<InvalidDataException>(() => AudioAlpaca.Read(File).ToArray()).Message;

    /// <summary>Writes groups of rows whose clips are structs; without bytes a struct has its path alone.</summary>
    private async Task WriteStructs(params (string?[] Prompts, byte[]?[] Chosen, byte[]?[] Rejected)[] groups)
    {
        static StructField Clip(string name) => new(name, new DataField("bytes", typeof(byte[]), isNullable: true), new DataField("path", typeof(string), isNullable: true));
        var schema = new ParquetSchema(new DataField("prompt", typeof(string), isNullable: true), Clip("chosen"), Clip("rejected"), new DataField<string>("strategy"));
        var f = schema.GetDataFields();
        await using var stream = System.IO.File.Create(File);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        foreach (var (prompts, chosen, rejected) in groups)
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(f[0], prompts);
            await WriteClips(group, f[1], f[2], chosen);
            await WriteClips(group, f[3], f[4], rejected);
            await group.WriteAsync(f[5], prompts.Select(_ => "2").ToArray());
        }
    }

    private static async Task WriteClips(ParquetRowGroupWriter group, DataField bytes, DataField path, byte[]?[] clips)
    {
        // The levels are written as other programs write them: a null member lies one above the full depth.
        var (depth, pathDepth) = (bytes.MaxDefinitionLevel, path.MaxDefinitionLevel);
        ReadOnlyMemory<byte>[] there = [.. clips.OfType<byte[]>().Select(c => new ReadOnlyMemory<byte>(c))];
        int[] levels = [.. clips.Select(c => c is null ? depth - 1 : depth)];
        await group.WriteAllPartsAsync<ReadOnlyMemory<byte>>(bytes, there, levels, null, default);
        ReadOnlyMemory<char>[] paths = [.. clips.Select((_, i) => $"{i}.wav".AsMemory())];
        await group.WriteAllPartsAsync<ReadOnlyMemory<char>>(path, paths, clips.Select(_ => pathDepth).ToArray(), null, default);
    }

    private async Task WriteWith(DataField strategy, Func<ParquetRowGroupWriter, DataField, Task> write, DataField? chosen = null)
    {
        var schema = new ParquetSchema(new DataField<string>("prompt"), chosen ?? new DataField<byte[]>("chosen"), new DataField<byte[]>("rejected"), strategy);
        var f = schema.GetDataFields();
        await using var stream = System.IO.File.Create(File);
        await using var writer = await ParquetWriter.CreateAsync(schema, stream);
        using var group = writer.CreateRowGroup();
        await group.WriteAsync(f[0], ["a", "b"]);
        if (chosen is null) await group.WriteAsync(f[1], new byte[][] { [1], [2] });
        else await group.WriteAsync(f[1], ["1.wav", "2.wav"]);
        await group.WriteAsync(f[2], new byte[][] { [3], [4] });
        await write(group, f[3]);
    }

    // cases: manifest/null_some.parquet
    [Fact]
    public async Task A_sound_that_is_null_anywhere_is_named_and_no_row_gets_anothers()
    {
        for (var row = 0; row < 6; row++)
            foreach (var column in (string[])["chosen", "rejected"])
            {
                byte[]?[] Clips(string name, int group) => [.. Enumerable.Range(3 * group, 3).Select(
                    i => name == column && i == row ? null : Sound($"{name} {i}"))];
                await WriteStructs((["0", "1", "2"], Clips("chosen", 0), Clips("rejected", 0)), (["3", "4", "5"], Clips("chosen", 1), Clips("rejected", 1)));
                var read = new List<AlpacaRow>();
                var error = Assert.Throws<InvalidDataException>(() => { foreach (var r in AudioAlpaca.Read(File)) read.Add(r); });
                Assert.Equal($"{File}: column '{column}' must hold a sound in every row, but row {row} has no bytes, only the path "
                    + $"'{row % 3}.wav': store the sound itself.", error.Message);
                Assert.All(read, r => Assert.Equal(Sound($"chosen {r.Prompt}"), r.Chosen));
                Assert.Equal(row / 3 * 3, read.Count);
            }
    }

    [Fact]
    public async Task Structs_of_several_groups_keep_their_rows()
    {
        await WriteStructs((["0", "1"], [Sound("c0"), Sound("c1")], [Sound("r0"), Sound("r1")]), (["2"], [Sound("c2")], [Sound("r2")]));
        Assert.All(AudioAlpaca.Read(File), r => Assert.Equal([Sound("c" + r.Prompt), Sound("r" + r.Prompt)], new[] { r.Chosen, r.Rejected }));
    }

    [Fact]
    public async Task A_prompt_that_is_null_or_empty_is_named()
    {
        byte[][] chosen = [[1], [2]], rejected = [[3], [4]];
        await WriteStructs((["a", null], chosen, rejected));
        Assert.Contains("column 'prompt' must have a value in every row, but is null in row 1", Message());
        await WriteStructs((["a", " "], chosen, rejected));
        Assert.Contains("column 'prompt' must hold a text in every row, but is empty in row 1", Message());
    }

    // cases: manifest/int_strategy.parquet
    [Fact]
    public async Task Strategies_that_are_numbers_are_read_as_the_papers()
    {
        await WriteWith(new DataField<int>("strategy"), (g, f) => g.WriteAsync<int>(f, new int[] { 2, 3 }));
        Assert.Equal(["2", "3"], AudioAlpaca.Read(File).Select(r => r.Strategy));
        await WriteWith(new DataField<long>("strategy"), (g, f) => g.WriteAsync<long>(f, new long[] { 2, 3 }));
        Assert.Equal(["2", "3"], AudioAlpaca.Read(File).Select(r => r.Strategy));
        await WriteWith(new DataField<float>("strategy"), (g, f) => g.WriteAsync<float>(f, new float[] { 1.1f, 2 }));
        Assert.Equal(["1.1", "2"], AudioAlpaca.Read(File).Select(r => r.Strategy));
        await WriteWith(new DataField("strategy", typeof(double), isNullable: true), (g, f) => g.WriteAsync<double>(f, new double?[] { 1.2, null }));
        Assert.Contains("column 'strategy' must have a value in every row, but is null in row 1", Message());
    }

    [Fact]
    public async Task Columns_of_other_types_are_named()
    {
        await WriteWith(new DataField<bool>("strategy"), (g, f) => g.WriteAsync<bool>(f, new bool[] { true, false }));
        Assert.Equal($"{File}: column 'strategy' must be text, but is Boolean.", Message());
        await WriteWith(new DataField<string>("strategy"), (g, f) => g.WriteAsync(f, ["2", "3"]), new DataField<string>("chosen"));
        Assert.Equal($"{File}: column 'chosen' must be the bytes of WAV files, but is text.", Message());
        await WriteWith(new DataField<byte[]>("strategy"), (g, f) => g.WriteAsync(f, new byte[][] { [50], [51] }));
        Assert.Equal($"{File}: column 'strategy' must be text, but is bytes.", Message());
        await WriteWith(new DataField("strategy", typeof(int), isArray: true), (g, f) => g.WriteAsync<int>(f, new int[] { 1, 2, 3 }, new int[] { 0, 1, 0 }));
        Assert.Contains("column 'strategy' must hold one value in each row, but is a list", Message());
    }

    [Fact]
    public void Files_without_rows_are_told_and_damaged_ones_refused()
    {
        AudioAlpaca.Write(File, []);
        Assert.Contains("holds no rows", WarningsOf.Run(() => Assert.Empty(AudioAlpaca.Read(File))));
        AudioAlpaca.Write(File, [new("a", [1, 2], [3, 4], "2")]);
        var whole = System.IO.File.ReadAllBytes(File);
        for (var length = 0; length < whole.Length; length += 7)
        {
            System.IO.File.WriteAllBytes(File, whole[..length]);
            Assert.Contains("a.parquet is not a Parquet file", Message());
        }
    }

    // cases: manifest/same_clip.jsonl, in Parquet
    [Fact]
    public void One_sound_on_both_sides_is_refused_and_pairs_that_stand_twice_are_told()
    {
        AudioAlpaca.Write(File, [new("a", [1], [2], "2"), new("a", [1, 2], [1, 2], "2")]);
        Assert.Contains("a.parquet, row 1: chosen and rejected must be two sounds, but are one and the same", Message());
        AudioAlpaca.Write(File, [new("a", [1], [2], "2"), new("b", [1], [2], "2"), new("a", [1], [2], "3"), new("a", [2], [1], "2")]);
        var told = WarningsOf.Run(() => Assert.Equal(4, AudioAlpaca.Read(File).Count()));
        Assert.Contains("pairs that stand twice and count twice in training: 1, the first: row 2 repeats row 0.", told);
        Assert.Contains("with winner and loser exchanged: 1, the first: row 3 contradicts row 0.", told);
    }
}
