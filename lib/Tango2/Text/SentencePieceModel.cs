// The wire format of sentencepiece_model.proto, as far as a unigram model needs it:
// ModelProto { pieces = 1, trainer_spec = 2, normalizer_spec = 3 }.
using Google.Protobuf;

namespace Tango2.Text;

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
