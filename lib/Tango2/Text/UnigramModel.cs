// The wire format of sentencepiece_model.proto and the normalisation and segmentation of SentencePiece's unigram models
// (0.1.97), written from their definitions. Left out: byte fallback and models that treat blanks as suffixes.
// Of the wire format as much as that needs: ModelProto { pieces = 1, trainer_spec = 2, normalizer_spec = 3 }.
using System.Buffers.Binary;
using System.Text;
using Google.Protobuf;

namespace Tango2.Text;

/// <summary>A SentencePiece unigram model: normalises a text and finds its most probable pieces.</summary>
internal sealed class UnigramModel
{
    private const int Normal = 1, UserDefined = 4;
    private const float UnknownPenalty = 10;
    private const char Blank = '▁';
    private readonly List<(string Piece, float Score, int Type)> _pieces = [];
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _ids;
    private readonly float _unknownScore, _bestScore;
    private readonly int _longest;
    private bool _addPrefix = true, _removeExtra = true, _escape = true;
    private uint[] _trie = [];    // a double-array trie of what is replaced, in bytes of UTF-8
    private byte[] _replaced = []; // the replacements, each ended by a zero

    /// <summary>Reads a .model file's bytes.</summary>
    public UnigramModel(byte[] model)
    {
        Read(model, (field, value) =>
        {
            if (field == 1) _pieces.Add(Piece(value.ReadBytes().ToByteArray()));
            else if (field == 3) Normaliser(value.ReadBytes().ToByteArray());
            else value.SkipLastField();
        });
        var ids = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (piece, index) in _pieces.Select((p, i) => (p, i)))
        {
            if (!float.IsFinite(piece.Score)) throw new InvalidDataException($"the score of '{piece.Piece}' is {piece.Score}");
            if (piece.Type is Normal or UserDefined && !ids.TryAdd(piece.Piece, index))
                throw new InvalidDataException($"the piece '{piece.Piece}' stands twice");
        }
        if (!_pieces.Exists(piece => piece.Type == Normal)) throw new InvalidDataException("no pieces");
        _ids = ids.GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = ids.Keys.Max(p => p.Length);
        var scores = _pieces.Where(p => p.Type == Normal).Select(p => p.Score).ToArray();
        (_unknownScore, _bestScore) = (scores.Min() - UnknownPenalty, scores.Max());
    }

    /// <summary>The ids of a text's most probable pieces; unknown characters in a row are one unknown piece.</summary>
    public List<int> Encode(string text, int unknown) =>
        [.. Pieces(Normalise(text, []), unknown).Select(piece => piece.Id)];

    /// <summary>How many characters of a text its first pieces hold.</summary>
    public int ReadLength(string text, int unknown, int pieces)
    {
        var origins = new List<int>();
        var all = Pieces(Normalise(text, origins), unknown);
        if (all.Count <= pieces) return text.Length;
        return Encoding.UTF8.GetCharCount(Encoding.UTF8.GetBytes(text), 0, origins[all[pieces].Start]);
    }

    /// <summary>The pieces of a normalised text, each with its place there.</summary>
    private List<(int Id, int Start)> Pieces(string normal, int unknown)
    {
        var (ends, pieces) = (Walk(normal, unknown), new List<(int Id, int Start)>());
        for (var end = normal.Length; end > 0; end = ends[end].Start)
        {
            var sameUnknown = ends[end].Id == unknown && pieces.Count > 0 && pieces[^1].Id == unknown;
            if (sameUnknown) pieces[^1] = (unknown, ends[end].Start);
            else pieces.Add((ends[end].Id, ends[end].Start));
        }
        pieces.Reverse();
        return pieces;
    }

    /// <summary>For each place the piece that ends there on the best path to it.</summary>
    private (int Id, int Start, float Score)[] Walk(string text, int unknown)
    {
        var best = new (int Id, int Start, float Score)[text.Length + 1];
        for (var i = 1; i <= text.Length; i++) best[i].Start = -1;
        for (var start = 0; start < text.Length; start += Width(text, start))
        {
            var (width, single) = (Width(text, start), false);
            for (var length = 1; length <= Math.Min(_longest, text.Length - start); length++)
            {
                var piece = text.AsSpan(start, length);
                if (!_ids.TryGetValue(piece, out var id)) continue;
                // A sum in double precision is compared with a kept one in single: it decides between equal paths.
                double score = _pieces[id].Type == UserDefined
                    ? Encoding.UTF8.GetByteCount(piece) * _bestScore - 0.1 : _pieces[id].Score;
                Offer(start + length, id, start, score + best[start].Score);
                single |= length == width;
            }
            if (!single) Offer(start + width, unknown, start, _unknownScore + best[start].Score);
        }
        return best;

        void Offer(int end, int id, int start, double score)
        {
            if (best[end].Start < 0 || score > best[end].Score) best[end] = (id, start, (float)score);
        }
    }

    private static int Width(string text, int at) => char.IsSurrogatePair(text, at) ? 2 : 1;

    /// <summary>The text with its characters replaced, its blanks made one and visible, and one before it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="origins">Filled with the place of each character of the result in the text's UTF-8 bytes.</param>
    private string Normalise(string text, List<int> origins)
    {
        var (bytes, result) = (Encoding.UTF8.GetBytes(text), new StringBuilder());
        var (at, afterBlank) = (0, _removeExtra);
        while (_removeExtra && at < bytes.Length && Next(bytes, at) is var (first, length) && first == " ") at += length;
        if (at == bytes.Length) return "";
        if (_addPrefix) Add(" ");
        while (at < bytes.Length)
        {
            var (part, length) = Next(bytes, at);
            if (afterBlank) part = part.TrimStart(' ');
            if (part.Length > 0)
            {
                Add(part);
                afterBlank = _removeExtra && part.EndsWith(' ');
            }
            at += length;
        }
        return _removeExtra ? result.ToString().TrimEnd(_escape ? Blank : ' ') : result.ToString();

        void Add(string part)
        {
            result.Append(Shown(part));
            origins.AddRange(Enumerable.Repeat(at, part.Length));
        }
    }

    private string Shown(string text) => _escape ? text.Replace(' ', Blank) : text;

    /// <summary>What the longest replaceable beginning becomes, or the next character as it is; and the bytes it takes.</summary>
    private (string Text, int Length) Next(byte[] bytes, int at)
    {
        var (place, found, taken) = (Offset(_trie.Length > 0 ? _trie[0] : 0), -1, 0);
        for (var i = at; i < bytes.Length && _trie.Length > 0; i++)
        {
            place ^= bytes[i];
            var unit = place < _trie.Length ? _trie[place] : 0;
            if ((unit & 0x800000FF) != bytes[i]) break;
            place ^= Offset(unit);
            if ((unit >> 8 & 1) == 1) (found, taken) = ((int)(_trie[place] & 0x7FFFFFFF), i - at + 1);
        }
        if (found < 0)
        {
            Rune.DecodeFromUtf8(bytes.AsSpan(at), out var rune, out var width);
            return (rune.ToString(), width);
        }
        var end = Array.IndexOf(_replaced, (byte)0, found);
        return (Encoding.UTF8.GetString(_replaced.AsSpan()[found..end]), taken);
    }

    private static uint Offset(uint unit) => unit >> 10 << (int)((unit & 1 << 9) >> 6);

    private static (string, float, int) Piece(byte[] message)
    {
        var (piece, score, type) = ("", 0f, Normal);
        Read(message, (field, value) =>
        {
            if (field == 1) piece = value.ReadString();
            else if (field == 2) score = value.ReadFloat();
            else if (field == 3) type = value.ReadInt32();
            else value.SkipLastField();
        });
        return (piece, score, type);
    }

    private void Normaliser(byte[] message) => Read(message, (field, value) =>
    {
        if (field == 2) Replacements(value.ReadBytes().ToByteArray());
        else if (field == 3) _addPrefix = value.ReadBool();
        else if (field == 4) _removeExtra = value.ReadBool();
        else if (field == 5) _escape = value.ReadBool();
        else value.SkipLastField();
    });

    // The size of the trie in bytes, the trie, the replacements.
    private void Replacements(byte[] map)
    {
        if (map.Length == 0) return;
        var size = BinaryPrimitives.ReadInt32LittleEndian(map);
        _trie = [.. Enumerable.Range(0, size / 4).Select(i => BinaryPrimitives.ReadUInt32LittleEndian(map.AsSpan(4 + 4 * i)))];
        _replaced = map[(4 + size)..];
    }

    private static void Read(byte[] message, Action<int, CodedInputStream> field)
    {
        var input = new CodedInputStream(message);
        while (input.ReadTag() is var tag and not 0) field(WireFormat.GetTagFieldNumber(tag), input);
    }
}

/// <summary>Writes SentencePiece .model files, which are protocol buffers.</summary>
internal static class SentencePieceModel
{
    private const int Normal = 1, UnknownType = 2, Control = 3;

    /// <summary>The file of a unigram model with T5's special tokens before the pieces.</summary>
    public static byte[] Write(IReadOnlyList<(string Piece, float Score)> pieces)
    {
        using var file = new MemoryStream();
        using (var output = new CodedOutputStream(file, leaveOpen: true))
        {
            WriteMessage(output, 1, Piece("<pad>", 0, Control));
            WriteMessage(output, 1, Piece("</s>", 0, Control));
            WriteMessage(output, 1, Piece("<unk>", 0, UnknownType));
            foreach (var (piece, score) in pieces) WriteMessage(output, 1, Piece(piece, score, Normal));
            WriteMessage(output, 2, Trainer(pieces.Count + 3));
            WriteMessage(output, 3, Normalizer);
        }
        return file.ToArray();
    }

    /// <summary>The same model with another id for the start of a text.</summary>
    /// <remarks>A second trainer_spec at the end of the file is merged into the first and overrides its fields.</remarks>
    public static byte[] WithStartId(byte[] model, int id)
    {
        using var file = new MemoryStream();
        using (var output = new CodedOutputStream(file, leaveOpen: true))
            WriteMessage(output, 2, message => WriteInt(message, 41, id));
        return [.. model, .. file.ToArray()];
    }

    private static Action<CodedOutputStream> Piece(string piece, float score, int type) => message =>
    {
        WriteText(message, 1, piece);
        message.WriteTag(2, WireFormat.WireType.Fixed32);
        message.WriteFloat(score);
        WriteInt(message, 3, type);
    };

    private static Action<CodedOutputStream> Trainer(int vocabularySize) => message =>
    {
        WriteInt(message, 3, 1); // model_type: unigram
        WriteInt(message, 4, vocabularySize);
        WriteInt(message, 40, UnigramTokenizer.Unknown);
        WriteInt(message, 41, -1); // no token starts a text
        WriteInt(message, 42, UnigramTokenizer.End);
        WriteInt(message, 43, UnigramTokenizer.Pad);
    };

    private static void Normalizer(CodedOutputStream message)
    {
        WriteText(message, 1, "identity");
        WriteInt(message, 3, 1); // add_dummy_prefix
        WriteInt(message, 4, 1); // remove_extra_whitespaces
        WriteInt(message, 5, 1); // escape_whitespaces
    }

    private static void WriteMessage(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        using var inner = new MemoryStream();
        using (var message = new CodedOutputStream(inner, leaveOpen: true)) write(message);
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(inner.ToArray()));
    }

    private static void WriteText(CodedOutputStream output, int field, string value)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(value);
    }

    private static void WriteInt(CodedOutputStream output, int field, int value)
    {
        output.WriteTag(field, WireFormat.WireType.Varint);
        output.WriteInt32(value);
    }
}
