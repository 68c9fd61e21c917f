using Tango2.Text;

namespace Tango2.Tests.Text;

public class TokenBatchTests
{
    [Fact]
    public void Short_rows_are_filled_and_masked()
    {
        using var batch = TokenBatch.Pad([[5, 6, 7], [8]], padId: 9);
        Assert.Equal([5, 6, 7, 8, 9, 9], batch.Ids.data<long>().ToArray());
        Assert.Equal([1, 1, 1, 1, 0, 0], batch.Mask.data<long>().ToArray());
        using var wider = TokenBatch.Pad([[5]], padId: 0, length: 3);
        Assert.Equal([5, 0, 0], wider.Ids.data<long>().ToArray());
    }

    [Fact]
    public void No_text_and_a_text_too_long_are_refused()
    {
        Assert.Contains("at least one text", Assert.Throws<ArgumentException>(() => TokenBatch.Pad([], 0)).Message);
        var error = Assert.Throws<ArgumentException>(() => TokenBatch.Pad([[1, 2, 3]], 0, length: 2));
        Assert.Contains("at most 2 tokens in each text, found 3", error.Message);
    }
}
