using System.Globalization;
using System.Security.Cryptography;
using Parquet.Schema;
using Parquet;
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

/// <summary>A row of Audio-alpaca: the four columns of the published data.</summary>
/// <param name="Prompt">The original prompt.</param>
/// <param name="Chosen">The winner's WAV file, whole.</param>
/// <param name="Rejected">The loser's WAV file, whole.</param>
/// <param name="Strategy">As the file spells it.</param>
public sealed record AlpacaRow(string Prompt, byte[] Chosen, byte[] Rejected, string Strategy);

/// <summary>Reads one row group of Audio-alpaca, each value at the row that it belongs to.</summary>
/// <remarks>
/// A column stores the values that are there, and beside them for each row the level down to which it is defined. A
/// struct without bytes is defined down to the struct: not to the full depth, but not at 0 either. The package's own
/// readers take 0 alone for null and move later values up, so the levels are read here.
/// </remarks>
/// <param name="path">The file, for messages.</param>
/// <param name="schema">Its columns.</param>
/// <param name="group">The row group.</param>
/// <param name="first">The place of the group's first row in the file.</param>
internal sealed class AlpacaGroup(string path, ParquetSchema schema, ParquetRowGroupReader group, long first)
{
    /// <summary>The group's rows.</summary>
    /// <exception cref="InvalidDataException">A value is missing, or a column is not what it should be.</exception>
    public async Task<AlpacaRow[]> ReadAsync()
    {
        var prompts = await ReadAsync("prompt", TextsAsync).ConfigureAwait(false);
        var strategies = await ReadAsync("strategy", LabelsAsync).ConfigureAwait(false);
        var chosen = await ReadAsync("chosen", SoundsAsync).ConfigureAwait(false);
        var rejected = await ReadAsync("rejected", SoundsAsync).ConfigureAwait(false);
        return [.. prompts.Select((prompt, i) => new AlpacaRow(prompt, chosen[i], rejected[i], strategies[i]))];
    }

    private async Task<T[]> ReadAsync<T>(string column, Func<string, DataField, Task<T[]>> read)
    {
        var field = Field(column);
        try
        {
            return await read(column, field).ConfigureAwait(false);
        }
        catch (Exception error) when (error is not (InvalidDataException or OutOfMemoryException))
        {
            throw Wrong(column, $"cannot be read in the rows from {first} on, the file is damaged or cut off: {error.Message}");
        }
    }

    private async Task<string[]> TextsAsync(string column, DataField field)
    {
        if (field.ClrType != typeof(ReadOnlyMemory<char>)) throw WrongType(column, "text", field);
        var texts = await ValuesAsync<ReadOnlyMemory<char>>(column, field).ConfigureAwait(false);
        return [.. texts.Select((text, row) => text is not { } there ? throw Null(column, row)
            : there.Span.IsWhiteSpace() ? throw Wrong(column, $"must hold a text in every row, but is empty in row {first + row}")
            : there.Span.Contains('\uFFFD') ? throw Wrong(column, $"must be UTF-8, but row {first + row} holds U+FFFD or other bytes")
            : there.ToString())];
    }

    // Strategies are numbers in the paper; some writers store them so.
    private Task<string[]> LabelsAsync(string column, DataField field) => Type.GetTypeCode(field.ClrType) switch
    {
        TypeCode.SByte => NumbersAsync<sbyte>(column, field),
        TypeCode.Byte => NumbersAsync<byte>(column, field),
        TypeCode.Int16 => NumbersAsync<short>(column, field),
        TypeCode.UInt16 => NumbersAsync<ushort>(column, field),
        TypeCode.UInt32 => NumbersAsync<uint>(column, field),
        TypeCode.UInt64 => NumbersAsync<ulong>(column, field),
        TypeCode.Decimal => NumbersAsync<decimal>(column, field),
        TypeCode.Int32 => NumbersAsync<int>(column, field),
        TypeCode.Int64 => NumbersAsync<long>(column, field),
        TypeCode.Single => NumbersAsync<float>(column, field),
        TypeCode.Double => NumbersAsync<double>(column, field),
        _ => TextsAsync(column, field),
    };

    private async Task<string[]> NumbersAsync<T>(string column, DataField field) where T : struct, IFormattable =>
        [.. (await ValuesAsync<T>(column, field).ConfigureAwait(false)).Select((number, row) =>
            number is double.NaN or float.NaN ? throw Wrong(column, $"must be a number, but is NaN in row {first + row}")
                : number?.ToString(null, CultureInfo.InvariantCulture) ?? throw Null(column, row))];

    private async Task<byte[][]> SoundsAsync(string column, DataField field)
    {
        if (field.ClrType != typeof(ReadOnlyMemory<byte>)) throw WrongType(column, "the bytes of WAV files", field);
        var sounds = await ValuesAsync<ReadOnlyMemory<byte>>(column, field).ConfigureAwait(false);
        var row = Array.FindIndex(sounds, sound => sound is not { Length: > 0 });
        if (row >= 0)
            throw Wrong(column, $"must hold a sound in every row, but row {first + row} {await InsteadAsync(column, row).ConfigureAwait(false)}");
        return [.. sounds.Select(sound => sound!.Value.ToArray())];
    }

    private async Task<string> InsteadAsync(string column, int row)
    {
        if (Find($"{column}/path") is { MaxRepetitionLevel: 0 } field && field.ClrType == typeof(ReadOnlyMemory<char>)
            && (await ValuesAsync<ReadOnlyMemory<char>>(column, field).ConfigureAwait(false))[row] is { Length: > 0 } file)
            return $"has no bytes, only the path '{file}': store the sound itself";
        return "has none: null or empty";
    }

    /// <summary>One value for each row; null where it is defined less deep than the column is.</summary>
    private async Task<T?[]> ValuesAsync<T>(string column, DataField field) where T : struct
    {
        var rows = checked((int)group.RowCount);
        var stored = group.GetMetadata(field)?.MetaData?.NumValues ?? 0;
        if (field.MaxRepetitionLevel > 0 || stored != rows)
            throw Wrong(column, $"must hold one value in each row, but is a list, or has {stored} values in {rows} rows");
        var (values, levels) = (new T[rows], new int[rows]);
        var depth = field.MaxDefinitionLevel;
        await group.ReadRawAsync<T>(field, values, depth > 0 ? levels : (Memory<int>?)null, null).ConfigureAwait(false);
        var next = 0;
        return Array.ConvertAll(levels, level => level == depth ? values[next++] : (T?)null);
    }

    private DataField Field(string column) => Find(column) ?? Find($"{column}/bytes")
        ?? (Array.Find(schema.GetDataFields(), f => Name(f).StartsWith(column + "/", StringComparison.Ordinal)) is { } part
            ? throw Wrong(column, $"must be plain, or a struct with 'bytes', but holds '{Name(part)}'")
            : throw new InvalidDataException(
                $"{path} must have the columns prompt, chosen, rejected and strategy, but lacks '{column}'; "
                + $"it has {string.Join(", ", schema.GetDataFields().Select(Name))}."));

    private DataField? Find(string name) => Array.Find(schema.GetDataFields(), f => Name(f) == name);

    private static string Name(DataField field) => field.Path.ToString();

    private InvalidDataException Null(string column, int row) =>
        Wrong(column, $"must have a value in every row, but is null in row {first + row}");

    private InvalidDataException WrongType(string column, string wanted, DataField field) => Wrong(column,
        $"must be {wanted}, but is " + (field.ClrType == typeof(ReadOnlyMemory<byte>) ? "bytes"
            : field.ClrType == typeof(ReadOnlyMemory<char>) ? "text" : field.ClrType.Name));

    private InvalidDataException Wrong(string column, string what) => new($"{path}: column '{column}' {what}.");
}
