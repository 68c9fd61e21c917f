using System.Security.Cryptography;
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

    /// <summary>Reads a file's rows group by group; rows are counted from 0.</summary>
    /// <remarks>Warns of pairs that stand twice and of a file without rows.</remarks>
    /// <exception cref="InvalidDataException">
    /// It is not Parquet, lacks a column or a value, or a row has one sound on both sides; the message names file, column
    /// and row.
    /// </exception>
    public static IEnumerable<AlpacaRow> Read(string path)
    {
        using var stream = File.OpenRead(path);
        var reader = Open(stream, path);
        try
        {
            var (first, check) = (0L, new PairCheck(path, message => new InvalidDataException(message)));
            for (var group = 0; group < reader.RowGroupCount; group++)
            {
                var rows = Wait(new AlpacaGroup(path, reader.Schema, reader.OpenRowGroupReader(group), first).ReadAsync);
                foreach (var row in rows)
                {
                    check.Add($"row {first++}", row.Prompt, Digest(row.Chosen), Digest(row.Rejected));
                    yield return row;
                }
            }
            if (first == 0) Warnings.Give($"{path} holds no rows.");
            check.Report();
        }
        finally
        {
            Wait(async () => { await reader.DisposeAsync().ConfigureAwait(false); return 0; });
        }
    }

    private static string Digest(byte[] sound) => Convert.ToHexString(SHA256.HashData(sound));

    private static async Task WriteAsync(Stream stream, IEnumerable<AlpacaRow> rows, int rowsPerGroup)
    {
        var (prompt, chosen) = (new DataField("prompt", typeof(string)), new DataField("chosen", typeof(byte[])));
        var (rejected, strategy) = (new DataField("rejected", typeof(byte[])), new DataField("strategy", typeof(string)));
        var writer = await ParquetWriter.CreateAsync(new ParquetSchema(prompt, chosen, rejected, strategy), stream)
            .ConfigureAwait(false);
        await using var _ = writer.ConfigureAwait(false);
        foreach (var group in rows.Chunk(rowsPerGroup))
        {
            foreach (var row in group)
            {
                if (row.Chosen is not { Length: > 0 } || row.Rejected is not { Length: > 0 })
                    throw new ArgumentException($"A row must hold two sounds, but that of '{row.Prompt}' lacks one.");
                Utf8File.CheckText(row.Prompt);
            }
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
            var reader = Wait(() => ParquetReader.CreateAsync(stream));
            _ = reader.Schema; // built when it is asked for
            return reader;
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            throw new InvalidDataException($"{path} is not a Parquet file: {error.Message}", error);
        }
    }

    // Off the caller's context, so that a notebook's cannot deadlock.
    private static T Wait<T>(Func<Task<T>> work) => Task.Run(work).GetAwaiter().GetResult();
}
