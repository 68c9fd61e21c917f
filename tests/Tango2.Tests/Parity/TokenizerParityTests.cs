using System.Text.Json.Nodes;
using Tango2.Text;

namespace Tango2.Tests.Parity;

/// <summary>Ids of texts in many scripts, of which SentencePiece's own program said what they are.</summary>
/// <remarks>A folder of models, and beside each a file of lines with a text and its ids, the end token included.</remarks>
[Trait("Category", "Parity")]
public class TokenizerParityTests
{
    private static readonly string Folder = Golden.Path("tokenizers");

    public static TheoryData<string> Models =>
        [.. Directory.GetFiles(Folder, "*.model").Select(p => Path.GetFileNameWithoutExtension(p)!).Order(StringComparer.Ordinal)];

    [Theory, MemberData(nameof(Models))]
    public void Texts_have_the_ids_that_SentencePiece_gives_them(string name)
    {
        var tokenizer = UnigramTokenizer.Load(Path.Combine(Folder, name + ".model"));
        var (texts, wrong) = (0, new List<string>());
        foreach (var line in File.ReadLines(Path.Combine(Folder, name + ".jsonl")).Select(l => JsonNode.Parse(l)!))
        {
            texts++;
            var expected = line["ids"]!.AsArray().Select(id => (int)id!).ToArray();
            var actual = tokenizer.Encode((string)line["text"]!);
            if (!expected.SequenceEqual(actual))
                wrong.Add($"{line["text"]!.ToJsonString()}: expected {string.Join(' ', expected)}, but is {string.Join(' ', actual)}");
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {texts} texts differ:\n{string.Join('\n', wrong.Take(60))}");
        Assert.True(texts > 300, $"Only {texts} texts were compared.");
    }
}
