using System.Text;

namespace Tango2.Files;

/// <summary>Text that must be UTF-8, so that no byte is replaced without a word.</summary>
internal static class Utf8File
{
    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>The whole text, without a byte order mark.</summary>
    /// <exception cref="InvalidDataException">A byte is not UTF-8; the message names the file and the line.</exception>
    public static string Text(string path)
    {
        var bytes = File.ReadAllBytes(WrittenLinks.Follow(path));
        try
        {
            return Strict.GetString(bytes).TrimStart('\uFEFF');
        }
        catch (DecoderFallbackException error)
        {
            var line = bytes.AsSpan(0, Math.Clamp(error.Index, 0, bytes.Length)).Count((byte)'\n') + 1;
            throw new InvalidDataException(
                $"{path}, line {line}: expected UTF-8, found the byte 0x{error.BytesUnknown?.FirstOrDefault():X2} out of place: "
                + "save the file as UTF-8.", error);
        }
    }

    /// <summary>Refuses a text that no UTF-8 file can hold: one with half of a surrogate pair.</summary>
    /// <exception cref="ArgumentException">It is such a text.</exception>
    public static void CheckText(string text)
    {
        try
        {
            Strict.GetByteCount(text);
        }
        catch (EncoderFallbackException error)
        {
            throw new ArgumentException(
                $"A text to be written must be whole, but its character {error.Index} is half of a surrogate pair: remove it.", error);
        }
    }

    /// <summary>Its lines, without their ends.</summary>
    /// <inheritdoc cref="Text" path="/exception"/>
    public static IEnumerable<string> Lines(string path)
    {
        using var reader = new StringReader(Text(path));
        while (reader.ReadLine() is { } line) yield return line;
    }
}
