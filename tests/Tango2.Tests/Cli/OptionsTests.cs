using System.CommandLine;
using System.Globalization;
using Tango2.Cli.Verbs;

namespace Tango2.Tests.Cli;

// cases: generate --guidance 2,5; --effort -1, --effort NaN
public sealed class OptionsTests
{
    private static readonly Option<double> Scale = Options.Real("--scale", "A scale.", 2, value => value >= 0, "0 or more");
    private static readonly Option<int> Steps = Options.Integer("--steps", "Steps.", 25, least: 1, most: 1000);
    private static readonly Option<long> Seed = Options.Seed("A seed.");
    private static readonly Option<Kind> OfKind = Options.OneOf("--kind", "A kind.", Kind.A);

    private enum Kind { A, B, C }

    [Theory]
    [InlineData("2.5", 2.5)]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    [InlineData("1e2", 100)]
    [InlineData("+3", 3)]
    [InlineData(".5", 0.5)]
    public void A_number_is_read_with_a_point(string text, double expected) => Assert.Equal(expected, Parsed(Scale, text));

    [Theory]
    [InlineData("2,5")]
    [InlineData("1,000")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e999")]
    [InlineData("-0.1")]
    [InlineData(" 2")]
    [InlineData("2 ")]
    [InlineData("(2)")]
    [InlineData("2.5.1")]
    [InlineData("0x10")]
    [InlineData("two")]
    [InlineData("٣")]
    [InlineData("")]
    public void What_is_no_number_in_its_range_is_refused(string text) =>
        Assert.Equal($"--scale must be a number such as 2.5, 0 or more, but is '{text}'.", Refused(Scale, text));

    [Theory]
    [InlineData("0")]
    [InlineData("1001")]
    [InlineData("-5")]
    [InlineData("2.0")]
    [InlineData("1e2")]
    [InlineData("1,000")]
    [InlineData("99999999999999999999")]
    [InlineData("")]
    public void What_is_no_whole_number_in_its_range_is_refused(string text) =>
        Assert.Equal($"--steps must be a whole number, from 1 to 1000, but is '{text}'.", Refused(Steps, text));

    [Fact]
    public void A_seed_has_64_bits()
    {
        Assert.Equal(long.MinValue, Parsed(Seed, $"{long.MinValue}"));
        Assert.Equal("--seed must be a whole number, of 64 bits, but is '9223372036854775808'.", Refused(Seed, "9223372036854775808"));
    }

    [Theory]
    [InlineData("b")]
    [InlineData("B")]
    public void A_word_is_read_in_small_letters_and_large(string text) => Assert.Equal(Kind.B, Parsed(OfKind, text));

    [Theory]
    [InlineData("d")]
    [InlineData("a,b")]
    [InlineData("1")]
    [InlineData("")]
    public void Another_word_is_refused_with_those_there_are(string text) =>
        Assert.Equal($"--kind must be a, b or c, but is '{text}'.", Refused(OfKind, text));

    [Fact]
    public void Without_the_option_its_default_holds()
    {
        var result = new Command("verb") { Scale, Steps, Seed, OfKind }.Parse([]);
        Assert.Empty(result.Errors);
        Assert.Equal((2, 25, 1L, Kind.A), (result.GetValue(Scale), result.GetValue(Steps), result.GetValue(Seed), result.GetValue(OfKind)));
    }

    [Fact]
    public void An_option_given_twice_is_refused() => Assert.Equal(
        "Option '--steps' expects a single argument but 2 were provided.",
        Assert.Single(new Command("verb") { Steps }.Parse(["--steps", "5", "--steps", "6"]).Errors).Message);

    [Fact]
    public void The_reader_does_not_follow_the_culture()
    {
        var before = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("") { NumberFormat = { NumberDecimalSeparator = ",", NumberGroupSeparator = "." } };
            Assert.Equal(2.5, Parsed(Scale, "2.5"));
            Assert.Contains("but is '2,5'", Refused(Scale, "2,5"));
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    private static T? Parsed<T>(Option<T> option, string text)
    {
        var result = new Command("verb") { option }.Parse([option.Name, text]);
        Assert.Empty(result.Errors);
        return result.GetValue(option);
    }

    private static string Refused(Option option, string text) =>
        Assert.Single(new Command("verb") { option }.Parse([option.Name, text]).Errors).Message;
}
