using Tango2.Cli;

namespace Tango2.Tests.Cli;

public class CommandLineTests
{
    [Theory]
    [InlineData("--param must be name=value", "notebook", "run", "a.ipynb", "--param", "x")]
    [InlineData("There is no notebook nowhere.ipynb", "notebook", "run", "nowhere.ipynb")]
    [InlineData("There is no checkpoint nowhere.safetensors", "inspect", "nowhere.safetensors")]
    [InlineData("danse", "danse")]
    public async Task Mistakes_of_the_caller_are_told_and_end_with_2(string message, params string[] arguments)
    {
        var errors = new StringWriter();
        Assert.Equal(2, await Program.Run(arguments, errors));
        Assert.StartsWith("tango2: ", errors.ToString());
        Assert.Contains(message, errors.ToString());
    }
}
