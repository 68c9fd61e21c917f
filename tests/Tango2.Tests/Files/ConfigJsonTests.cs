using System.Text.Json;
using Tango2.Files;

namespace Tango2.Tests.Files;

public class ConfigJsonTests
{
    [Fact]
    public void Keys_that_are_named_unread_are_passed_over_whatever_they_hold()
    {
        var outer = ConfigJson.Read<Outer>("""{"seed": {"any": [1]}, "inner": {"width": 3, "seed": null}}""", "a test");
        Assert.Equal(new Outer { Inner = new() { Width = 3 } }, outer);
        Assert.Equal("""{"inner":{"width":3}}""", JsonSerializer.Serialize(outer, ConfigJson.Strict));
    }

    [Theory]
    [InlineData("""{"inner": {"width": 3}, "sead": 1}""", "sead")]
    [InlineData("""{"inner": {"width": 3, "sead": 1}}""", "sead")]
    [InlineData("""{"inner": {"seed": 1}}""", "width")]
    [InlineData("null", "it is null.")]
    public void Any_other_key_and_a_missing_one_are_named(string json, string named)
    {
        var error = Assert.Throws<InvalidDataException>(() => ConfigJson.Read<Outer>(json, "a test"));
        Assert.StartsWith("Expected the configuration of a test: ", error.Message);
        Assert.Contains(named, error.Message);
    }

    [Fact]
    public void A_key_cannot_be_read_and_unread() =>
        Assert.Throws<InvalidOperationException>(() => ConfigJson.Read<Both>("{}", "a test"));

    [Unread("seed")]
    private sealed record Outer
    {
        public required Inner Inner { get; init; }
    }

    [Unread("seed")]
    private sealed record Inner
    {
        public required int Width { get; init; }
    }

    [Unread("width")]
    private sealed record Both
    {
        public int Width { get; init; }
    }
}
