using Tango2.Checkpoints;
using Tango2.Models;
using Tango2.Tests.Models;

namespace Tango2.Tests.Checkpoints;

/// <summary>Weight norm as PyTorch saves it before and since 2.1; cases: parametrizations.weight.original0/1.</summary>
public sealed class WeightNormKeysTests : IDisposable
{
    private const string Older = "weight_g weight_v", Newer = "parametrizations.weight.original0 parametrizations.weight.original1";

    private static readonly HiFiGanConfig Normalised = MiniScale.Vocoder with { UpsampleInitialChannel = 32, WeightNorm = true };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string> Networks => ["generator", "periods", "scales"];

    [Theory, MemberData(nameof(Networks))]
    public void Networks_with_weight_norm_load_the_newer_names(string name)
    {
        using var scope = NewDisposeScope();
        var (saved, loaded) = (Network(name), Network(name));
        SafeTensors.Write(_folder["a.safetensors"], saved.state_dict().Select(t => KeyValuePair.Create(Renamed(t.Key), t.Value)));
        Assert.Contains(SafeTensors.Read(_folder["a.safetensors"]).Keys, k => k.EndsWith(".original1", StringComparison.Ordinal));
        StateDict.Load(loaded, _folder["a.safetensors"]);
        AssertSame(saved, loaded);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_file_may_hold_both_forms(bool pytorch)
    {
        using var scope = NewDisposeScope();
        var (saved, loaded) = (Network("generator"), Network("generator"));
        var weights = saved.state_dict().ToDictionary(
            t => t.Key.StartsWith("ups.", StringComparison.Ordinal) ? Renamed(t.Key) : t.Key, t => t.Value);
        if (pytorch) TorchFile.Write(_folder["a"], weights);
        else SafeTensors.Write(_folder["a"], weights);
        Assert.Equal("this library, vocoder", ForeignLayouts.Load(loaded, _folder["a"]));
        AssertSame(saved, loaded);
    }

    [Theory]
    [InlineData(Older, false)]
    [InlineData(Newer, false)]
    [InlineData(Newer, true)]
    public void A_network_without_weight_norm_gets_the_products(string names, bool mixed)
    {
        using var scope = NewDisposeScope();
        var saved = (HiFiGanGenerator)Network("generator");
        using (no_grad()) // Lengths as training makes them: no longer those of the directions.
            foreach (var (key, value) in saved.named_parameters())
                if (key.EndsWith("weight_g", StringComparison.Ordinal)) value.mul_(rand_like(value) + 0.5);
        var weights = saved.state_dict().ToDictionary(
            t => names == Older || (mixed && t.Key.StartsWith("resblocks.1", StringComparison.Ordinal)) ? t.Key : Renamed(t.Key),
            t => (object?)t.Value.detach().clone());
        saved.RemoveWeightNorm();
        if (mixed) // and one that is a product already
        {
            weights.Remove("conv_pre.parametrizations.weight.original0");
            weights.Remove("conv_pre.parametrizations.weight.original1");
            weights["conv_pre.weight"] = saved.state_dict()["conv_pre.weight"];
        }
        TorchFile.Write(_folder["g_02500000"], new Dictionary<string, object?> { ["generator"] = weights });
        var loaded = new HiFiGanGenerator(Normalised with { WeightNorm = false });
        ForeignLayouts.Load(loaded, _folder["g_02500000"]);
        AssertSame(saved, loaded);
        var mel = randn(1, 1, 6, Normalised.NumMels);
        using (no_grad()) Golden.Close(saved.Vocode(mel), loaded.Vocode(mel), atol: 0, rtol: 0, "waveform");
    }

    [Fact]
    public void The_product_is_length_times_direction_of_unit_length()
    {
        using var scope = NewDisposeScope();
        var module = nn.Conv1d(1, 2, kernel_size: 2, bias: false);
        StateDict.Load(module, new Dictionary<string, Tensor>
        {
            ["parametrizations.weight.original0"] = tensor(new[] { 10f, 2f }).reshape(2, 1, 1),
            ["parametrizations.weight.original1"] = tensor(new[] { 3f, 4, 0, -5 }).reshape(2, 1, 2).to(float16),
        });
        Golden.Close(tensor(new[] { 6f, 8, 0, -2 }).reshape(2, 1, 2), module.weight!, atol: 0, rtol: 1e-6, "weight");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Wrong_shapes_are_listed_under_the_files_names(bool weightNorm)
    {
        using var scope = NewDisposeScope();
        var saved = Network("generator");
        var weights = saved.state_dict().ToDictionary(t => Renamed(t.Key), t => t.Value);
        weights["conv_pre.parametrizations.weight.original0"] = zeros(1, 1, 1);
        weights["ups.0.parametrizations.weight.original1"] = zeros(32, 16, 3);
        var message = Assert.Throws<InvalidDataException>(
            () => StateDict.Load(new HiFiGanGenerator(Normalised with { WeightNorm = weightNorm }), weights)).Message;
        Assert.Contains("2 of their keys differ", message);
        Assert.Contains("misshapen conv_pre.parametrizations.weight.original0: expected Float32 [32, 1, 1], found Float32 [1, 1, 1]", message);
        Assert.Matches(@"misshapen ups\.0\.parametrizations\.weight\.original1: expected Float32 \[32, 16, \d+\], found Float32 \[32, 16, 3\]", message);
    }

    [Fact]
    public void A_half_of_the_pair_or_a_weight_of_both_forms_is_refused()
    {
        using var scope = NewDisposeScope();
        var weights = Network("generator").state_dict().ToDictionary(t => Renamed(t.Key), t => t.Value);
        var length = weights["conv_pre.parametrizations.weight.original0"];
        weights.Remove("conv_pre.parametrizations.weight.original0");
        string Refusal(bool weightNorm) => Assert.Throws<InvalidDataException>(
            () => StateDict.Load(new HiFiGanGenerator(Normalised with { WeightNorm = weightNorm }), weights)).Message;
        Assert.Contains("missing conv_pre.weight_g", Refusal(true));
        Assert.Contains("missing conv_pre.weight\n", Refusal(false) + "\n");
        Assert.Contains("unexpected conv_pre.parametrizations.weight.original1", Refusal(false));
        weights["conv_pre.parametrizations.weight.original0"] = length;
        weights["conv_pre.weight_g"] = length;
        Assert.Contains("twice conv_pre.weight_g: 'conv_pre.parametrizations.weight.original0' and 'conv_pre.weight_g' are both it; keep one",
            Refusal(true).Replace("'conv_pre.weight_g' and 'conv_pre.parametrizations.weight.original0'",
                "'conv_pre.parametrizations.weight.original0' and 'conv_pre.weight_g'", StringComparison.Ordinal));
    }

    private static nn.Module Network(string name) => name switch
    {
        "generator" => new HiFiGanGenerator(Normalised),
        "periods" => new MultiPeriodDiscriminator(SmallDiscriminators.Config),
        _ => new MultiScaleDiscriminator(SmallDiscriminators.Config),
    };

    private static string Renamed(string key)
    {
        foreach (var (older, newer) in Older.Split(' ').Zip(Newer.Split(' ')))
            if (key.EndsWith(older, StringComparison.Ordinal)) return key[..^older.Length] + newer;
        return key;
    }

    private static void AssertSame(nn.Module saved, nn.Module loaded)
    {
        var read = loaded.state_dict();
        Assert.Equal(saved.state_dict().Keys.Order(), read.Keys.Order());
        foreach (var (key, value) in saved.state_dict()) Golden.Close(value, read[key], atol: 0, rtol: 0, key);
    }
}
