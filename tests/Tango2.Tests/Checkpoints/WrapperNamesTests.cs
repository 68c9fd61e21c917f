using Tango2.Checkpoints;
using Tango2.Cli.Verbs;
using Tango2.Mini.Truth;
using Tango2.Models;

namespace Tango2.Tests.Checkpoints;

/// <summary>Names that torch.compile, DataParallel, FSDP and Lightning leave in keys; cases: keys with _orig_mod.</summary>
public sealed class WrapperNamesTests : IDisposable
{
    private static readonly UNet2DConditionConfig TinyUNet = MiniScale.UNet with
    {
        BlockOutChannels = [16, 16, 16, 16],
        NormNumGroups = 4,
        CrossAttentionDim = 16,
    };

    private static readonly HiFiGanConfig TinyVocoder = MiniScale.Vocoder with { UpsampleInitialChannel = 32, WeightNorm = false };

    private static readonly T5Config TinyT5 = MiniScale.TextEncoder with { VocabSize = 20, DModel = 16, DKv = 4, DFf = 16, NumLayers = 2 };

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("_orig_mod.")]
    [InlineData("module.")]
    [InlineData("_orig_mod.module.")]
    [InlineData("module._orig_mod.")]
    [InlineData("module.module.")]
    [InlineData("_fsdp_wrapped_module.")]
    [InlineData("_forward_module.module._orig_mod.")]
    [InlineData("state_dict.model.")]
    [InlineData("state_dict.model._orig_mod.")]
    [InlineData("model_state_dict.module.")]
    [InlineData("ema.")]
    [InlineData("module.ema_model.module.")]
    public void A_U_Net_loads_behind_them(string before)
    {
        using var scope = NewDisposeScope();
        var saved = new UNet2DConditionModel(TinyUNet);
        var path = _folder["a.safetensors"];
        SafeTensors.Write(path, saved.state_dict().Select(t => KeyValuePair.Create(before + t.Key, t.Value)));
        AssertLoads(saved, new UNet2DConditionModel(TinyUNet), path, "this library, U-Net");
        Assert.Contains($"UNet2DConditionModel: {saved.state_dict().Count} tensors", Inspect(path));
    }

    [Theory]
    [InlineData("_orig_mod.")]
    [InlineData("module.")]
    [InlineData("module._orig_mod.")]
    public void Every_network_of_the_table_loads_behind_them(string before)
    {
        using var scope = NewDisposeScope();
        foreach (var (saved, other, layout) in new (nn.Module, nn.Module, string)[]
        {
            (new AutoencoderKL(MiniScale.Vae), new AutoencoderKL(MiniScale.Vae), "this library, autoencoder"),
            (new HiFiGanGenerator(TinyVocoder), new HiFiGanGenerator(TinyVocoder), "this library, vocoder"),
            (new T5EncoderModel(TinyT5), new T5EncoderModel(TinyT5), "FLAN-T5 of transformers"),
            (new ClapModel(MiniScale.Clap("a")), new ClapModel(MiniScale.Clap("a")), "LAION CLAP"),
            (new Cnn14Model(MiniScale.Tagger), new Cnn14Model(MiniScale.Tagger), "PANNs"),
            (new GroundingModel(MiniScale.Grounding), new GroundingModel(MiniScale.Grounding), "this library, grounding model"),
            (new EventDetector(MiniScale.GroundingAudio, classes: 3), new EventDetector(MiniScale.GroundingAudio, classes: 3), "this library, detector"),
        })
        {
            var path = _folder[saved.GetName() + ".bin"];
            TorchFile.Write(path, saved.state_dict().ToDictionary(t => before + t.Key, t => (object?)t.Value));
            AssertLoads(saved, other, path, layout);
        }
    }

    [Fact]
    public void They_may_stand_within_keys_and_in_some_of_them()
    {
        using var scope = NewDisposeScope();
        var (unet, text) = (new UNet2DConditionModel(TinyUNet), new T5EncoderModel(TinyT5));
        var weights = new Dictionary<string, object?>();
        foreach (var (key, value) in unet.state_dict())
            weights["unet._orig_mod." + key.Replace("down_blocks.1.", "down_blocks.1._checkpoint_wrapped_module.", StringComparison.Ordinal)
                .Replace("mid_block.", "mid_block._fsdp_wrapped_module.module.", StringComparison.Ordinal)] = value;
        foreach (var (key, value) in text.state_dict()) weights["module.text_encoder." + key] = value;
        var path = _folder["pytorch_model_main.bin"];
        TorchFile.Write(path, weights);
        AssertLoads(unet, new UNet2DConditionModel(TinyUNet), path, "Tango 2, pytorch_model_main.bin");
        AssertLoads(text, new T5EncoderModel(TinyT5), path, "Tango 2, pytorch_model_main.bin");
        var again = new UNet2DConditionModel(TinyUNet);
        StateDict.Load(again, path, "unet.");
        AssertSame(unet, again);
        Assert.DoesNotContain("of no network", Inspect(path));
    }

    [Theory]
    [InlineData("", "_orig_mod.module.")]
    [InlineData("", "module.")]
    [InlineData("a.", "a._orig_mod.")]
    [InlineData("a.", "module.a.")]
    [InlineData("module.", "module.")]
    [InlineData("a.module.", "a.module.")]
    public void Strict_loading_sees_through_them(string prefix, string before)
    {
        using var scope = NewDisposeScope();
        var module = nn.Linear(2, 1);
        StateDict.Load(module, new Dictionary<string, Tensor>
        {
            [before + "weight"] = tensor(new[,] { { 2f, 3 } }),
            [before + "bias"] = tensor(new[] { 4f }),
        }, prefix);
        Assert.Equal([2f, 3, 4], module.parameters().SelectMany(p => p.detach().data<float>().ToArray()));
    }

    // A file with both may hold two versions of the weights; which one is meant cannot be known.
    [Theory]
    [InlineData("module.conv_in.weight")]
    [InlineData("_orig_mod.conv_in.weight")]
    [InlineData("conv_in.module.weight")]
    public void Two_keys_that_are_one_are_refused_by_both_names(string second)
    {
        using var scope = NewDisposeScope();
        var network = new UNet2DConditionModel(TinyUNet);
        var weights = network.state_dict().ToDictionary(t => t.Key, t => t.Value);
        weights[second] = weights["conv_in.weight"];
        var path = _folder["a.safetensors"];
        SafeTensors.Write(path, weights);
        foreach (var load in new Action[] { () => ForeignLayouts.Load(network, path), () => StateDict.Load(network, path) })
        {
            var message = Assert.Throws<InvalidDataException>(load).Message;
            Assert.StartsWith(path + ": the weights do not fit UNet2DConditionModel, 1 of their keys differ:", message);
            Assert.Contains("twice conv_in.weight: ", message);
            Assert.Contains("'conv_in.weight'", message);
            Assert.Contains($"'{second}'", message);
            Assert.Contains("are both it; keep one", message);
        }
        var text = Inspect(path);
        Assert.Contains("strict loading refuses it: ", text);
        Assert.Contains($"'{second}'", text);
        Assert.Contains("are both 'conv_in.weight' of UNet2DConditionModel: keep one.", text);
    }

    [Fact]
    public void Strictness_stays_behind_them()
    {
        using var scope = NewDisposeScope();
        var network = new UNet2DConditionModel(TinyUNet);
        var weights = network.state_dict().ToDictionary(t => "_orig_mod." + t.Key, t => t.Value);
        weights.Remove("_orig_mod.conv_in.bias");
        weights["_orig_mod.extra.weight"] = zeros(1);
        SafeTensors.Write(_folder["a.safetensors"], weights);
        var message = Assert.Throws<InvalidDataException>(() => ForeignLayouts.Load(network, _folder["a.safetensors"])).Message;
        Assert.Contains("2 of their keys differ:", message);
        Assert.Contains("missing conv_in.bias", message);
        Assert.Contains("unexpected _orig_mod.extra.weight", message);
    }

    [Fact]
    public void Of_weights_that_stand_twice_the_trained_ones_are_taken_and_that_is_told()
    {
        using var scope = NewDisposeScope();
        var (trained, averaged) = (new UNet2DConditionModel(TinyUNet), new UNet2DConditionModel(TinyUNet));
        var path = _folder["a.ckpt"];
        TorchFile.Write(path, new Dictionary<string, object?>
        {
            ["ema"] = averaged.state_dict().ToDictionary(t => t.Key, t => (object?)t.Value),
            ["model"] = trained.state_dict().ToDictionary(t => t.Key, t => (object?)t.Value),
        });
        var told = WarningsOf.Run(
            () => AssertLoads(trained, new UNet2DConditionModel(TinyUNet), path, "this library, U-Net"));
        Assert.Equal($"warning: {path}: the weights stand at 'model.' and at 'ema.'; those at 'model.' are taken.", told.Trim());
    }

    [Fact]
    public void A_part_of_a_module_that_has_such_a_name_keeps_it()
    {
        using var scope = NewDisposeScope();
        var (saved, loaded) = (new Wrapped(), new Wrapped());
        StateDict.Save(_folder["a.safetensors"], saved);
        StateDict.Load(loaded, _folder["a.safetensors"]);
        AssertSame(saved, loaded);
        Assert.Contains("module.weight", loaded.state_dict().Keys);
    }

    private sealed class Wrapped : nn.Module<Tensor, Tensor>
    {
        private readonly nn.Module<Tensor, Tensor> _module = nn.Linear(2, 1);

        public Wrapped() : base(nameof(Wrapped)) => register_module("module", _module);

        public override Tensor forward(Tensor x) => _module.call(x);
    }

    private static void AssertLoads(nn.Module saved, nn.Module loaded, string path, string layout)
    {
        Assert.Equal(layout, ForeignLayouts.Load(loaded, path));
        AssertSame(saved, loaded);
    }

    private static void AssertSame(nn.Module saved, nn.Module loaded)
    {
        var read = loaded.state_dict();
        foreach (var (key, value) in saved.state_dict()) Golden.Close(value, read[key], atol: 0, rtol: 0, key);
    }

    private static string Inspect(string path)
    {
        var output = new StringWriter();
        Assert.Equal(0, InspectVerb.Print(path, output));
        return output.ToString();
    }
}
