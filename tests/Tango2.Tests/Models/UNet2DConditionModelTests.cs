using Tango2.Checkpoints;
using Tango2.Models;

namespace Tango2.Tests.Models;

public class UNet2DConditionModelTests
{
    private static readonly UNet2DConditionConfig Tiny = UNet2DConditionConfig.Mini with
    {
        BlockOutChannels = [16, 16, 16, 16],
        AttentionHeadDim = [2, 2, 2, 2],
        CrossAttentionDim = 12,
    };

    private static (UNet2DConditionModel Model, Dictionary<string, Tensor> Tensors) Load()
    {
        var path = Golden.Path("unet2d_condition.safetensors");
        var tensors = SafeTensors.Read(path);
        var model = new UNet2DConditionModel(UNet2DConditionConfig.FromJson(SafeTensors.ReadMetadata(path)["config"]));
        StateDict.Load(model, Weights(tensors));
        model.eval();
        return (model, tensors);
    }

    internal static Dictionary<string, Tensor> Weights(Dictionary<string, Tensor> tensors) => tensors
        .Where(t => !t.Key.StartsWith("input.") && !t.Key.StartsWith("output.")).ToDictionary(t => t.Key, t => t.Value);

    internal static nn.Module Find(nn.Module root, string name) => root.named_modules().First(m => m.name == name).module;

    [Fact]
    public void Predictions_are_the_references()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (model, t) = Load();
        var (sample, times, text) = (t["input.sample"], t["input.timesteps"], t["input.encoder_hidden_states"]);
        var mask = t["input.encoder_attention_mask"];
        Close("sample", model.call(sample, times, text, mask));
        Close("no_mask.sample", model.call(sample, times, text, null));
        Close("all_masked.sample", model.call(sample, times, text, zeros_like(mask)), atol: 5e-3);
        void Close(string name, Tensor actual, double atol = 5e-5) =>
            Golden.Close(t["output." + name], actual, atol, 1e-4, name);
    }

    [Fact]
    public void Odd_sizes_and_a_scalar_timestep_give_the_references_predictions()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (model, t) = Load();
        var (times, text, mask) = (
            t["input.timesteps"], t["input.encoder_hidden_states"], t["input.encoder_attention_mask"]);
        var odd = model.call(t["input.odd.sample"], times[..1], text[..1], mask[..1]);
        Golden.Close(t["output.odd.sample"], odd, 5e-5, 1e-4, "odd");
        var scalar = model.call(t["input.sample"][..1], times[0], text[..1], mask[..1]);
        Golden.Close(t["output.scalar_timestep.sample"], scalar, 5e-5, 1e-4, "scalar timestep");
    }

    [Fact]
    public void Every_stage_and_gradient_is_the_references()
    {
        using var scope = NewDisposeScope();
        var (model, t) = Load();
        var seen = Listen(model);
        var sample = t["input.sample"].clone().requires_grad_();
        var text = t["input.encoder_hidden_states"].clone().requires_grad_();
        var prediction = model.call(sample, t["input.timesteps"], text, t["input.encoder_attention_mask"]);
        var loss = (prediction * t["input.grad_output"]).sum();
        loss.backward();

        Golden.Close(t["output.loss"], loss, 1e-3, 1e-4, "loss");
        foreach (var (name, actual) in seen) Golden.Close(t["output.mid." + name], actual, 5e-5, 1e-4, name);
        Golden.Close(t["output.grad_input.sample"], sample.grad!, 1e-4, 1e-3, "gradient of the input");
        Golden.Close(t["output.grad_input.encoder_hidden_states"], text.grad!, 1e-4, 1e-3, "gradient of the text");
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        foreach (var name in t.Keys.Where(k => k.StartsWith("output.grad.")))
            Golden.Close(t[name], parameters[name["output.grad.".Length..]].grad!, 1e-4, 1e-3, name);
    }

    [Theory]
    [InlineData("transformer2d", "down_blocks.0.attentions.0")]
    [InlineData("resnet", "down_blocks.0.resnets.0")]
    [InlineData("conv_norm_out", "conv_norm_out")]
    [InlineData("layernorm", "mid_block.attentions.0.transformer_blocks.0.norm2")]
    public void Epsilons_are_the_references(string probe, string name)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        var (model, _) = Load();
        var p = SafeTensors.Read(Golden.Path("eps_probes.safetensors"));
        var x = p["input.unet." + probe];
        var actual = Find(model, name) switch
        {
            Transformer2DModel m => m.call(x, new(x, p["input.unet.transformer2d.encoder_hidden_states"], null)),
            ResnetBlock2D m => m.call(x, p["input.unet.resnet.temb"]),
            nn.Module<Tensor, Tensor> m => m.call(x),
            var other => throw new InvalidOperationException(other.GetName()),
        };
        Golden.Close(p["output.unet." + probe], actual, 2e-5, 1e-4, probe);
    }

    [Fact]
    public void Batch_of_two_equals_two_batches_of_one_and_padding_does_not_count()
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        random.manual_seed(3);
        using var model = new UNet2DConditionModel(Tiny);
        var (x, times, text) = (randn(2, 8, 16, 8), tensor(new long[] { 40, 900 }), randn(2, 5, 12));
        var mask = tensor(new[,] { { true, true, true, false, false }, { true, true, true, true, true } });
        var both = model.call(x, times, text, mask);
        Golden.Close(both[..1], model.call(x[..1], times[..1], text[..1, ..3], null), 1e-5, 1e-4, "first");
        Golden.Close(both[1..], model.call(x[1..], times[1], text[1..], mask[1..]), 1e-5, 1e-4, "second");
    }

    [Fact]
    public void Forward_and_backward_leave_no_tensor_behind()
    {
        using var model = new UNet2DConditionModel(Tiny);
        Step();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        for (var i = 0; i < 3; i++) Step();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Step()
        {
            using var scope = NewDisposeScope();
            model.zero_grad();
            model.call(randn(2, 8, 16, 8), tensor(new long[] { 4, 9 }), randn(2, 5, 12), ones(2, 5)).mean().backward();
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Only_the_code_of_positions_tells_a_transformer_where_things_are(bool positions)
    {
        using var scope = NewDisposeScope();
        using var gradients = no_grad();
        random.manual_seed(5);
        using var model = new Transformer2DModel(16, 2, Tiny with { SinusoidalPositions = positions });
        var (x, text) = (randn(1, 16, 6, 4), randn(1, 3, 12));
        var there = model.call(x.flip(2), new(x, text, null)).flip(2);
        Assert.Equal(!positions, allclose(model.call(x, new(x, text, null)), there, rtol: 1e-4, atol: 1e-4));
    }

    [Fact]
    public void Published_network_has_866_million_parameters()
    {
        var device = get_default_device();
        set_default_device(META); // shapes without memory
        try
        {
            using var model = new UNet2DConditionModel(UNet2DConditionConfig.Tango2);
            Assert.Equal(865_933_768, model.parameters().Sum(p => p.numel()));
            Assert.Equal(686, model.state_dict().Count);
            Assert.Equal([1280, 1024], model.state_dict()["mid_block.attentions.0.transformer_blocks.0.attn2.to_k.weight"].shape);
        }
        finally
        {
            set_default_device(device);
        }
    }

    [Fact]
    public void Half_of_the_position_code_tells_the_time_and_half_the_frequency()
    {
        using var scope = NewDisposeScope();
        var code = SinusoidalPositionCode.Tokens(16, 6, 4, zeros(1)).reshape(6, 4, 16);
        Assert.True(code[2, 0, ..8].equal(code[2, 3, ..8]).all().item<bool>());
        Assert.True(code[0, 3, 8..].equal(code[5, 3, 8..]).all().item<bool>());
        Assert.Equal(Math.Sin(2), code[2, 3, 0].item<float>(), 1e-6);
        Assert.Equal(Math.Cos(3), code[2, 3, 12].item<float>(), 1e-6);
        var e = Assert.Throws<ArgumentException>(() => SinusoidalPositionCode.Tokens(6, 1, 1, code));
        Assert.StartsWith("channels must be a positive multiple of 4, but is 6.", e.Message);
    }

    [Fact]
    public void Misshapen_inputs_are_refused_by_name()
    {
        using var scope = NewDisposeScope();
        using var model = new UNet2DConditionModel(Tiny);
        var e = Assert.Throws<ArgumentException>(() => model.call(zeros(2, 8, 8, 8), zeros(2), zeros(3, 5, 12), null));
        Assert.Equal("encoderHiddenStates must be [B, S, 12], but is [3, 5, 12]: B is 2 in noisyLatents.", e.Message);
        e = Assert.Throws<ArgumentException>(() => model.call(zeros(2, 4, 8, 8), zeros(2), zeros(2, 5, 12), null));
        Assert.Equal("noisyLatents must be [*, 8, *, *], but is [2, 4, 8, 8]: dimension 1 must be 8.", e.Message);
    }

    /// <summary>The outputs of the sub-modules whose outputs the reference stored, filled at the next call.</summary>
    private static Dictionary<string, Tensor> Listen(UNet2DConditionModel model)
    {
        var seen = new Dictionary<string, Tensor>();
        foreach (var name in (string[])["time_embedding", "conv_in", "conv_norm_out"])
            ((nn.Module<Tensor, Tensor>)Find(model, name)).register_forward_hook((_, _, y) => Keep(name, y));
        ((ResnetBlock2D)Find(model, "down_blocks.0.resnets.0"))
            .register_forward_hook((_, _, _, y) => Keep("down_blocks.0.resnets.0", y));
        foreach (var name in (string[])["down_blocks.0.attentions.0", "mid_block"])
            ((nn.Module<Tensor, UNetConditioning, Tensor>)Find(model, name))
                .register_forward_hook((_, _, _, y) => Keep(name, y));
        foreach (var name in Enumerable.Range(0, 4).Select(i => $"down_blocks.{i}"))
            ((nn.Module<Tensor, UNetConditioning, Tensor[]>)Find(model, name))
                .register_forward_hook((_, _, _, y) => { Keep(name, y[^1]); return y; });
        foreach (var name in Enumerable.Range(0, 4).Select(i => $"up_blocks.{i}"))
            ((nn.Module<Tensor, Stack<Tensor>, UNetConditioning, Tensor>)Find(model, name))
                .register_forward_hook((_, _, _, _, y) => Keep(name, y));
        return seen;

        Tensor Keep(string name, Tensor y)
        {
            seen[name] = y.detach().clone().DetachFromDisposeScope();
            return y;
        }
    }
}
