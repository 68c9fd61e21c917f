using Tango2.Display;

namespace Tango2.Tests.Display;

public class ExpectTests
{
    [Fact]
    public void Close_says_what_was_expected_and_found() => Failed(
        "expected 0.7 ± 7E-05, but found 0.6 (a coin toss).", () => Expect.Close(0.6, 0.7, "a coin toss"));

    [Fact]
    public void NaN_is_close_to_nothing() => Failed(
        "expected 1 ± 0.1, but found NaN.", () => Expect.Close(double.NaN, 1, tolerance: 0.1));

    [Fact]
    public void True_quotes_the_condition() => Failed(
        "expected 1 > 2, but it is false (order).", () => Expect.True(1 > 2, "order"));

    [Fact]
    public void Less_names_both_numbers() => Failed("expected 2 to be less than 1.", () => Expect.Less(2, 1));

    [Fact]
    public void Between_names_the_bounds() => Failed(
        "expected a number from 0 to 1, but found 2.", () => Expect.Between(2, 0, 1));

    [Fact]
    public void Equal_names_both_values() => Failed("expected b, but found a.", () => Expect.Equal("a", "b"));

    [Fact]
    public void AllClose_names_the_worst_difference_or_the_shapes()
    {
        using var scope = NewDisposeScope();
        Failed("expected tensors equal to within 1E-05, but the worst difference is 1.",
            () => Expect.AllClose(zeros(2), tensor(new float[] { 0, 1 })));
        Failed("expected shape [3], but found [2].", () => Expect.AllClose(zeros(2), zeros(3)));
    }

    [Fact]
    public void In_a_rehearsal_failures_are_only_reported()
    {
        var before = Environment.GetEnvironmentVariable(Expect.LenientVariable);
        try
        {
            Environment.SetEnvironmentVariable(Expect.LenientVariable, "1");
            Expect.Less(2, 1);
        }
        finally
        {
            Environment.SetEnvironmentVariable(Expect.LenientVariable, before);
        }
        Failed("expected 2 to be less than 1.", () => Expect.Less(2, 1));
    }

    private static void Failed(string message, Action expectation) =>
        Assert.Equal(message, Assert.Throws<ExpectationException>(expectation).Message);
}
