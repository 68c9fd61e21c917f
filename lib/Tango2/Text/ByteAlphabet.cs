using System.Text;

namespace Tango2.Text;

/// <summary>GPT-2's one-to-one writing of bytes as visible characters: a blank becomes Ġ.</summary>
internal static class ByteAlphabet
{
    private static readonly char[] Letters = MakeLetters();
    private static readonly Dictionary<char, byte> Bytes =
        Enumerable.Range(0, 256).ToDictionary(b => Letters[b], b => (byte)b);

    /// <summary>The letter of each byte.</summary>
    public static IReadOnlyList<char> All => Letters;

    /// <summary>The letters of a text's UTF-8 bytes.</summary>
    public static string Write(ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length)];
        var count = Encoding.UTF8.GetBytes(text, bytes);
        return string.Create(count, bytes, (letters, from) =>
        {
            for (var i = 0; i < letters.Length; i++) letters[i] = Letters[from[i]];
        });
    }

    /// <summary>The text that the letters write; broken UTF-8 becomes U+FFFD.</summary>
    public static string Read(string letters) =>
        Encoding.UTF8.GetString([.. letters.Where(Bytes.ContainsKey).Select(letter => Bytes[letter])]);

    private static char[] MakeLetters()
    {
        var letters = new char[256];
        var next = 256; // bytes without a visible character of their own take those from U+0100 on
        for (var b = 0; b < 256; b++)
            letters[b] = b is (>= 33 and <= 126) or (>= 161 and <= 172) or >= 174 ? (char)b : (char)next++;
        return letters;
    }
}
