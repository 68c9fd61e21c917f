using Tango2.Tensors;

namespace Tango2.Tests.Tensors;

/// <summary>That libtorch has the switches that are set, under the names that they are looked for by.</summary>
public sealed class TorchContextTests
{
    [Theory]
    [InlineData(TorchContext.Tf32, false, true)]
    [InlineData(TorchContext.Repeatable, true, true)]
    [InlineData("setNothing", true, false)]
    public void A_switch_is_there_or_said_not_to_be(string setter, bool on, bool expected)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "Elsewhere the names are others.");
        Assert.Equal(expected, TorchContext.Set(setter, on));
    }
}
