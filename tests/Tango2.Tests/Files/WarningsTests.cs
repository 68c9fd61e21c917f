using Tango2.Cli;
using Tango2.Files;

namespace Tango2.Tests.Files;

public sealed class WarningsTests : IDisposable
{
    private const string Variable = "TANGO2_QUIET";
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    public WarningsTests() => Environment.SetEnvironmentVariable(Variable, null);

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, _before);

    [Fact]
    public void A_warning_is_one_line_whatever_it_quotes() =>
        Assert.Equal(["a prompt of two lines."], Warned.By(() => Warnings.Give("a prompt\nof two\r\nlines.")));

    [Fact]
    public void Quiet_silences_all_here_and_in_processes_started_from_here()
    {
        Warnings.Quiet = true;
        Assert.Equal("1", Environment.GetEnvironmentVariable(Variable));
        Assert.Empty(Warned.By(() => Warnings.Give("unheard")));
        Warnings.Quiet = false;
        Assert.Equal(["heard"], Warned.By(() => Warnings.Give("heard")));
    }

    [Fact]
    public async Task The_command_has_a_switch_for_it_with_every_verb()
    {
        Assert.Equal(2, await Program.Run(["inspect", "no-such-file", "--quiet"], new StringWriter()));
        Assert.True(Warnings.Quiet);
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("", false)]
    [InlineData("0", false)]
    [InlineData("1", true)]
    public void A_switch_of_the_environment_is_on_at_1(string? value, bool on)
    {
        Environment.SetEnvironmentVariable(Variable, value);
        Assert.Equal(on, Switches.IsOn(Variable));
    }

    [Theory]
    [InlineData("true")]
    [InlineData("2")]
    [InlineData(" 1")]
    public void Another_value_of_a_switch_is_told(string value)
    {
        Environment.SetEnvironmentVariable(Variable, value);
        Assert.Equal($"The environment variable TANGO2_QUIET must be 1 or 0, but is '{value}'.",
            Assert.Throws<ArgumentException>(() => Switches.IsOn(Variable)).Message);
    }
}
