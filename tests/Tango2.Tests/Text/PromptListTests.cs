using Tango2.Text;

namespace Tango2.Tests.Text;

public sealed class PromptListTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [InlineData("a.txt", "rain\na dog, barking\n\n")]
    [InlineData("a.csv", "youtube_id,caption\r\nx,rain\r\n\"y\",\"a dog, barking\"\r\n")]
    [InlineData("a.csv", "prompt\nrain\n\"a dog, barking\"")]
    [InlineData("a.tsv", "captions\tid\nrain\t1\na dog, barking\t2\n")]
    [InlineData("a.jsonl", "{\"captions\":\"rain\",\"location\":\"x.wav\"}\n{\"captions\":\"a dog, barking\"}\n")]
    public void Prompts_are_read_in_order(string name, string text) =>
        Assert.Equal(["rain", "a dog, barking"], PromptList.Read(Write(name, text)));

    [Fact]
    public void A_column_can_be_named_and_a_cell_in_quotes_may_hold_anything() => Assert.Equal(
        ["a \"loud\" dog,\nthen rain"], PromptList.Read(Write("a.csv", "caption,text\nx,\"a \"\"loud\"\" dog,\nthen rain\"\n"), "text"));

    [Theory]
    [InlineData("a.csv", "id,name\n1,rain\n", null, "line 1: there must be a column caption, captions or prompt, but there are id, name: name the one with the captions with --column.")]
    [InlineData("a.jsonl", "{\"caption\":\"rain\"}\n{\"text\":\"x\"}\n", null, "line 2: there must be a column caption, captions or prompt, but there are text")]
    [InlineData("a.csv", "caption\nrain\n", "title", "line 1: there must be a column 'title', but there are caption")]
    [InlineData("a.csv", "caption,id\na dog, barking,1\n", null, "line 2: it has 3 cells, but the header has 2: put cells that hold a ',' in quotes.")]
    [InlineData("a.csv", "caption\n\"rain\n", null, "line 2: a quotation mark is not closed.")]
    [InlineData("a.csv", "caption,id\n ,1\n", null, "line 2: the prompt is empty")]
    [InlineData("a.jsonl", "{\"caption\":3}\n", null, "line 1: 'caption' must be a text, but is Number.")]
    [InlineData("a.jsonl", "rain\n", null, "line 1: not valid JSON")]
    [InlineData("a.jsonl", "[]\n", null, "line 1: expected a JSON object with a caption")]
    [InlineData("a.txt", "rain\n\nwind\n", null, "line 2: the prompt is empty")]
    [InlineData("a.txt", "\n", null, "holds no prompts.")]
    [InlineData("a.json", "{}", null, "expected a .csv, .tsv or .jsonl file with a column of captions")]
    public void What_is_wrong_is_told_with_file_and_line(string name, string text, string? column, string message)
    {
        var path = Write(name, text);
        var error = Assert.Throws<InvalidDataException>(() => PromptList.Read(path, column)).Message;
        Assert.StartsWith(path, error);
        Assert.Contains(message, error);
    }

    private string Write(string name, string text)
    {
        var path = Path.Combine(_folder.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }
}
