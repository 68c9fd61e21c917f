using System.Reflection;
using Tango2.Files;
using Tango2.Notebooks;
using Tango2.Training;

namespace Tango2.Tests.Architecture;

/// <summary>What the four libraries offer is an approved text beside this file: a change is seen and meant.</summary>
public class PublicSurfaceTests
{
    private const string Switch = "TANGO2_APPROVE";

    private const int MostTypes = 215;

    private static readonly Assembly[] Libraries =
    [
        typeof(AtomicFile).Assembly, typeof(Trainer).Assembly, typeof(MiniScale).Assembly,
        typeof(NotebookRunner).Assembly,
    ];

    private static string Approved =>
        Path.Combine(Golden.Root, "tests", "Tango2.Tests", "Architecture", "PublicSurface.txt");

    [Fact]
    public void The_public_surface_is_the_approved_one()
    {
        var now = PublicSurface.Lines(Libraries);
        if (Environment.GetEnvironmentVariable(Switch) == "1")
            File.WriteAllText(Approved, string.Join('\n', now) + "\n");
        var difference = PublicSurface.Difference(File.Exists(Approved) ? File.ReadAllLines(Approved) : [], now);
        Assert.True(difference.Count == 0, string.Join('\n', difference.Prepend(
            $"The public surface is not the approved one. If it is meant, test with {Switch}=1 and commit the text.")));
    }

    [Fact]
    public void A_difference_names_the_type_and_the_lines_removed_and_added() => Assert.Equal(
        ["class A", "  -     void Go()", "  +     void Go(int far)", "- class B", "  -     new()", "+ class C"],
        PublicSurface.Difference(
            ["class A", "    void Go()", "    void Stay()", "class B", "    new()"],
            ["class A", "    void Go(int far)", "    void Stay()", "class C"]));

    [Fact]
    public void Lines_are_what_a_user_can_write() => Assert.Equal(
        ["record Tango2.Metrics.Interval", "    new(double Estimate, double Low, double High)",
            "    double Estimate { get; init; }", "    bool ExcludesZero { get; }",
            "    double High { get; init; }", "    double Low { get; init; }"],
        PublicSurface.Lines(Libraries).SkipWhile(l => l != "record Tango2.Metrics.Interval").Take(6));

    [Fact]
    public void Public_types_are_few()
    {
        var types = PublicSurface.Types(Libraries);
        var folders = types.GroupBy(t => t.Namespace).Select(g => $"{g.Key} {g.Count()}");
        Assert.True(
            types.Count <= MostTypes,
            $"{types.Count} types are public; {MostTypes} is the most: {string.Join(", ", folders)}.");
    }
}
