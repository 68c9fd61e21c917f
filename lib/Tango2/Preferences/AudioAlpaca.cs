using Parquet;
using Parquet.Schema;
using Tango2.Files;

namespace Tango2.Preferences;

/// <summary>Audio-alpaca as Parquet: columns prompt, chosen, rejected and strategy, the clips as WAV bytes.</summary>
/// <remarks>
/// Clips may be plain binary columns, or structs with a binary member "bytes" as the datasets library stores audio.
/// Written are plain columns. Columns of other names are not read.
/// </remarks>
public static class AudioAlpaca
{
    /// <summary>Writes rows to a file, whole or not at all.</summary>
    /// <param name="path">The .parquet file.</param>
    /// <param name="rows">All rows; they go into groups of <paramref name="rowsPerGroup"/>.</param>
    /// <param name="rowsPerGroup">Rows that a reader holds in memory at once.</param>
    public static void Write(string path, IEnumerable<AlpacaRow> rows, int rowsPerGroup = 64)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsPerGroup, 1);
        AtomicFile.Write(path, stream => Task.Run(() => WriteAsync(stream, rows, rowsPerGroup)).GetAwaiter().GetResult());
    }

    /// <summary>Reads a file's rows group by group.</summary>
    /// <exception cref="InvalidDataException">It is not Parquet, or lacks a column; the message names file and column.</exception>
    public static IEnumerable<AlpacaRow> Read(string path)
    {
        using var stream = File.OpenRead(path);
        var reader = Open(stream, path);
        try
        {
            for (var group = 0; group < reader.RowGroupCount; group++)
                foreach (var row in Wait(() => ReadGroupAsync(reader, group, path)))
                    yield return row;
        }
        finally
        {
            Wait(async () => { await reader.DisposeAsync().ConfigureAwait(false); return 0; });
        }
    }

    private static async Task WriteAsync(Stream stream, IEnumerable<AlpacaRow> rows, int rowsPerGroup)
    {
        var (prompt, chosen) = (new DataField("prompt", typeof(string)), new DataField("chosen", typeof(byte[])));
        var (rejected, strategy) = (new DataField("rejected", typeof(byte[])), new DataField("strategy", typeof(string)));
        var writer = await ParquetWriter.CreateAsync(new ParquetSchema(prompt, chosen, rejected, strategy), stream)
            .ConfigureAwait(false);
        await using var _ = writer.ConfigureAwait(false);
        foreach (var group in rows.Chunk(rowsPerGroup))
        {
            using var columns = writer.CreateRowGroup();
            await columns.WriteAsync(prompt, group.Select(r => r.Prompt).ToArray()).ConfigureAwait(false);
            await columns.WriteAsync(chosen, group.Select(r => r.Chosen).ToArray()).ConfigureAwait(false);
            await columns.WriteAsync(rejected, group.Select(r => r.Rejected).ToArray()).ConfigureAwait(false);
            await columns.WriteAsync(strategy, group.Select(r => r.Strategy).ToArray()).ConfigureAwait(false);
        }
    }

    private static ParquetReader Open(Stream stream, string path)
    {
        try
        {
            return Wait(() => ParquetReader.CreateAsync(stream));
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{path} is not a Parquet file: {error.Message}", error);
        }
    }

    private static async Task<AlpacaRow[]> ReadGroupAsync(ParquetReader reader, int group, string path)
    {
        using var columns = reader.OpenRowGroupReader(group);
        var count = checked((int)columns.RowCount);
        var (prompts, strategies) = (new string?[count], new string?[count]);
        var (chosen, rejected) = (new byte[]?[count], new byte[]?[count]);
        await columns.ReadAsync(Column(reader, path, "prompt"), prompts.AsMemory()).ConfigureAwait(false);
        await columns.ReadAsync(Column(reader, path, "strategy"), strategies.AsMemory()).ConfigureAwait(false);
        await columns.ReadAsync(Column(reader, path, "chosen"), chosen.AsMemory()).ConfigureAwait(false);
        await columns.ReadAsync(Column(reader, path, "rejected"), rejected.AsMemory()).ConfigureAwait(false);
        return [.. Enumerable.Range(0, count).Select(i => new AlpacaRow(
            Present(prompts[i], "prompt", i), Present(chosen[i], "chosen", i),
            Present(rejected[i], "rejected", i), Present(strategies[i], "strategy", i)))];

        T Present<T>(T? value, string column, int row) where T : class => value ?? throw new InvalidDataException(
            $"{path}: column '{column}' must have a value in every row, but is null in row {row} of group {group}.");
    }

    private static DataField Column(ParquetReader reader, string path, string name)
    {
        var fields = reader.Schema.GetDataFields();
        return Array.Find(fields, f => f.Path.ToString() == name)
            ?? Array.Find(fields, f => f.Path.ToString() == $"{name}/bytes")
            ?? throw new InvalidDataException(
                $"{path} must have the columns prompt, chosen, rejected and strategy, but lacks '{name}'; "
                + $"it has {string.Join(", ", fields.Select(f => f.Path))}.");
    }

    // Off the caller's context, so that a notebook's cannot deadlock.
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
