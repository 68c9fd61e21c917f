using Tango2.Files;

namespace Tango2.Tests.Files;

public sealed class WrittenLinksTests : IDisposable
{
    private static readonly string Hash = new('a', 40);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory();

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void A_caches_file_that_holds_its_links_words_is_read_as_the_blob_that_they_name()
    {
        Write($"blobs/{Hash}", "content");
        var file = Write("snapshots/1/a.json", $"../../blobs/{Hash}");
        Assert.Equal("content", Utf8File.Text(file));
        Assert.Equal("content", Utf8File.Text(Write("snapshots/1/sub/a.json", $"../../../blobs/{Hash}")));
        Assert.Equal("content", Utf8File.Text(Write($"blobs/{Hash}", "content")));
    }

    [Theory]
    [InlineData("../../blobs/0123")]
    [InlineData("../../blobs/../../../etc/passwd")]
    [InlineData("/etc/passwd")]
    [InlineData("see ../../blobs/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    [InlineData("../../blobs/bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb")]
    public void Other_words_are_the_content(string words)
    {
        Write($"blobs/{Hash}", "content");
        Assert.Equal(words, Utf8File.Text(Write("snapshots/1/a.json", words)));
    }

    private string Write(string file, string text)
    {
        var path = Path.Combine(_folder.FullName, file);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }
}
