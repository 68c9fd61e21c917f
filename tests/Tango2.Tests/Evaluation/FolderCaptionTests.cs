using Tango2.Evaluation;
using Tango2.Tests.Snapshots;

namespace Tango2.Tests.Evaluation;

public sealed class FolderCaptionTests : IDisposable
{
    private readonly ScratchFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("c.csv", "file,caption\nb.wav,\"Rain, then \"\"thunder\"\"\"\na,A dog\n", "b.wav|Rain, then \"thunder\"", "a.wav|A dog")]
    [InlineData("c.csv", "Prompt\r\nA dog\r\n\r\nA bell\r\n", "output_0.wav|A dog", "output_1.wav|A bell")]
    [InlineData("c.tsv", "audiocap_id\tcaption\n7\tA dog\n", "output_0.wav|A dog")]
    [InlineData("c.jsonl", "{\"file\": \"x/b.wav\", \"prompt\": \"Rain\"}\n\n{\"location\": \"y.wav\", \"captions\": \"A dog\"}\n", "b.wav|Rain", "output_1.wav|A dog")]
    [InlineData("c.txt", "Rain, then thunder\n\nA dog\n", "output_0.wav|Rain, then thunder", "output_1.wav|A dog")]
    public void Captions_are_read_by_column_or_line(string name, string text, params string[] expected)
    {
        File.WriteAllText(_folder.At(name), text);
        Assert.Equal(expected, FolderCaption.Read(_folder.At(name)).Select(c => $"{c.File}|{c.Caption}"));
    }

    [Theory]
    [InlineData("c.csv", "file,words\na.wav,A dog\n", "line 1: expected a column caption, captions, prompt or text, found file, words: name it in the first line.")]
    [InlineData("c.csv", "file,caption\na.wav,A dog, barking\n", "line 2: expected 2 columns as in the first line, found 3.")]
    [InlineData("c.csv", "caption\n\"A dog\n", "line 2: a quotation mark is not closed.")]
    [InlineData("c.jsonl", "{\"file\": \"a.wav\", \"words\": \"A dog\"}\n", "line 1: expected a key caption, captions, prompt or text, found file, words.")]
    [InlineData("c.jsonl", "{\"caption\": \"A dog\"}\nA bell\n", "line 2: expected one JSON object a line, found: ")]
    [InlineData("c.jsonl", "[]\n", "line 1: expected an object with a key caption, found Array.")]
    [InlineData("c.txt", "\n", "expected captions, found none.")]
    public void A_missing_column_or_a_wrong_line_is_named(string name, string text, string message)
    {
        File.WriteAllText(_folder.At(name), text);
        var error = Assert.Throws<InvalidDataException>(() => FolderCaption.Read(_folder.At(name)));
        Assert.StartsWith(_folder.At(name), error.Message);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }
}
