using System.Reflection;
using Tango2.Training;

namespace Tango2.Tests.Architecture;

/// <summary>Who may use whom: assemblies, the floors inside them, and the choice of a device.</summary>
public class ArchitectureTests
{
    private static readonly Assembly Method = typeof(Trainer).Assembly, Mini = typeof(MiniScale).Assembly,
        Tests = typeof(ArchitectureTests).Assembly;

    // Files is an assembly of its own below all of them. Published stands where Mini's models would: what Hub finds it
    // builds into pipelines and shows.
    private static readonly Floors MethodFloors = new(
        "Tango2",
        ["Tensors"],
        ["Checkpoints", "Audio", "Text", "Models", "Diffusion", "Metrics", "Hub"],
        ["Preferences", "Training", "Pipelines", "Display"],
        ["Alignment", "Evaluation", "Published"],
        ["Studies"]);

    // A sound world; what can be known of it, and its sizes; networks of those sizes; their training; a notebook's.
    private static readonly Floors MiniFloors = new(
        "Tango2.Mini", ["Foley"], ["Truth", "MiniScale"], ["MiniModels"], ["Lab"], ["Studio"]);

    private static readonly Floors WrongFloors = new(
        $"{typeof(ArchitectureTests).Namespace}.WrongHouse", ["Cellar"], ["Attic", "Loft"]);

    /// <summary>What assemblies may use of ours. Notebooks bring their own library, so their runner has none.</summary>
    public static TheoryData<string, string[]> Allowed => new()
    {
        { "Tango2.Files", [] },
        { "Tango2.Charts", [] },
        { "Tango2", ["Tango2.Charts", "Tango2.Files"] },
        { "Tango2.Mini", ["Tango2", "Tango2.Files"] },
        { "Tango2.Notebooks", ["Tango2.Files"] },
        { "Tango2.Cli", ["Tango2", "Tango2.Charts", "Tango2.Files", "Tango2.Mini", "Tango2.Notebooks"] },
    };

    [Theory]
    [MemberData(nameof(Allowed))]
    public void An_assembly_uses_only_those_it_may(string name, string[] allowed) =>
        Assert.Empty(OfOurs(Assembly.Load(name)).Except(allowed));

    [Fact]
    public void The_rule_of_assemblies_sees_what_the_tests_use() =>
        Assert.Superset(new HashSet<string> { "Tango2", "Tango2.Mini", "Tango2.Files" }, OfOurs(Tests).ToHashSet());

    [Fact]
    public void Folders_of_the_method_use_lower_floors_only() => Assert.Empty(MethodFloors.Violations(Method));

    [Fact]
    public void Folders_of_the_mini_world_use_lower_floors_only() => Assert.Empty(MiniFloors.Violations(Mini));

    [Fact]
    public void The_rule_of_floors_sees_into_bodies_upwards_and_beside_but_lets_down()
    {
        var violations = WrongFloors.Violations(Tests);
        Assert.Equal(2, violations.Count);
        Assert.Contains("Neighbour on floor 1: Has dependency on:", violations[0], StringComparison.Ordinal);
        Assert.Contains("FloodedCellar on floor 0: Has dependency on:", violations[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Every_type_stands_on_a_floor()
    {
        Assert.Empty(MethodFloors.Homeless(Method));
        Assert.Empty(MiniFloors.Homeless(Mini));
        Assert.Contains(typeof(ArchitectureTests).FullName, WrongFloors.Homeless(Tests));
    }

    [Fact]
    public void Every_tensor_is_made_on_a_device_that_is_named()
    {
        Assert.Equal("", string.Join("\n", DeviceArgument.LeftOut(Method)));
        Assert.Contains($"{typeof(DevicesLeftOut).FullName}.Of: arange", DeviceArgument.LeftOut(Tests));
        Assert.DoesNotContain(DeviceArgument.LeftOut(Tests), found => found.Contains(".Named: ", StringComparison.Ordinal));
    }

    [Fact]
    public void Only_pipelines_training_and_what_stands_on_them_choose_a_device()
    {
        string[] may = ["Pipelines", "Training", "Alignment", "Evaluation", "Published", "Mini.Lab"];
        var choices = DeviceChoice.Of(Method).Concat(DeviceChoice.Of(Mini))
            .Where(c => !may.Any(m => c.StartsWith($"Tango2.{m}.", StringComparison.Ordinal)));
        Assert.Empty(choices);
    }

    [Fact]
    public void The_rule_of_devices_sees_each_way_to_choose_one_and_lets_others_follow()
    {
        const string Loft = "Tango2.Tests.Architecture.WrongHouse.Loft.";
        var choices = DeviceChoice.Of(Tests)
            .Where(c => c.StartsWith(Loft, StringComparison.Ordinal)).Select(c => c[Loft.Length..]);
        Assert.Equal(
            ["Chooser.Asked: cuda.is_available", "Chooser.Asked: torch.device", "Chooser.Moved: Tensor.cuda",
                "Chooser.Named: Tensor.to", "Chooser.Written: Device..ctor"],
            choices);
    }

    private static IEnumerable<string> OfOurs(Assembly assembly) => assembly.GetReferencedAssemblies()
        .Select(a => a.Name!).Where(n => n == "Tango2" || n.StartsWith("Tango2.", StringComparison.Ordinal));
}
