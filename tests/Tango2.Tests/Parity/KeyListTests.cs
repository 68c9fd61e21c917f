using System.Globalization;
using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>Names and shapes of every network at full size, built without memory, against approved lists.</summary>
[Trait("Category", "Parity")]
public class KeyListTests
{
    private static readonly Dictionary<string, Func<nn.Module>> Networks = new()
    {
        ["unet"] = () => new UNet2DConditionModel(UNet2DConditionConfig.Tango2),
        ["vae"] = () => new AutoencoderKL(AutoencoderKLConfig.Tango2),
        ["hifigan"] = () => new HiFiGanGenerator(HiFiGanConfig.Tango2),
        ["flan-t5-large"] = () => new T5EncoderModel(T5Config.FlanT5Large, device: META),
        ["clap"] = () => new ClapModel(ClapConfig.Laion630k),
        ["clap-fusion"] = () => new ClapModel(ClapConfig.Laion630kFusion),
        ["cnn14"] = () => new Cnn14Model(Cnn14Config.Panns16k),
        ["vggish"] = () => new VggishModel(VggishConfig.Published),
    };

    public static TheoryData<string> Names => [.. Networks.Keys];

    private static string Folder => Path.Combine(Golden.Root, "tests", "Tango2.Tests", "Parity", "Keys");

    [Theory, MemberData(nameof(Names))]
    public void Keys_and_shapes_at_full_size_are_the_approved_ones(string name)
    {
        using var scope = NewDisposeScope();
        var received = Describe(Networks[name]);
        var approved = Path.Combine(Folder, name + ".txt");
        var beside = Path.Combine(Folder, name + ".received.txt");
        var expected = File.Exists(approved) ? File.ReadAllText(approved) : "";
        if (received == expected)
        {
            File.Delete(beside);
            return;
        }
        File.WriteAllText(beside, received);
        var (old, now) = (expected.Split('\n'), received.Split('\n'));
        Assert.Fail(
            $"The keys of '{name}' changed: {now.Except(old).Count()} lines are new, {old.Except(now).Count()} are gone; " +
            $"new is '{now.Except(old).FirstOrDefault()}', gone is '{old.Except(now).FirstOrDefault()}'. If that is meant, " +
            $"approve it: replace Parity/Keys/{name}.txt by Parity/Keys/{name}.received.txt, which is beside it.");
    }

    /// <summary>Numbers that the networks' authors, or those who counted, have published.</summary>
    [Theory]
    [InlineData("unet", 865_933_768)]
    [InlineData("flan-t5-large", 341_231_104)]
    [InlineData("cnn14", 80_753_615)]
    [InlineData("vggish", 72_141_184)]
    public void Numbers_of_parameters_are_the_published_ones(string name, long parameters) =>
        Assert.StartsWith(string.Create(CultureInfo.InvariantCulture, $"{parameters:N0} parameters"),
            File.ReadAllText(Path.Combine(Folder, name + ".txt")), StringComparison.Ordinal);

    private static string Describe(Func<nn.Module> build)
    {
        var device = get_default_device();
        set_default_device(META); // shapes without memory
        try
        {
            using var model = build();
            var state = model.state_dict();
            var head = string.Create(CultureInfo.InvariantCulture,
                $"{model.parameters().Sum(p => p.numel()):N0} parameters; {state.Count} tensors with the buffers\n");
            return head + string.Concat(state.Select(t => $"{t.Key} [{string.Join(", ", t.Value.shape)}]\n"));
        }
        finally
        {
            set_default_device(device);
        }
    }
}
