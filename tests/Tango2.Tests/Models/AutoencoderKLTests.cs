using Tango2.Models;
using Tango2.Tensors;

namespace Tango2.Tests.Models;

public class AutoencoderKLTests
{
    private static AutoencoderKL Mini()
    {
        manual_seed(7);
        var model = new AutoencoderKL(MiniScale.Vae);
        model.eval();
        return model;
    }

    [Fact]
    public void A_mini_clip_becomes_eight_channels_of_32_by_8_and_comes_back()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var model = Mini();
        var latents = model.EncodeToLatents(randn(1, 1, 128, 32), Seeds.Generator(1, "posterior"));
        Assert.Equal([1, 8, 32, 8], latents.shape);
        Assert.Equal([1, 1, 128, 32], model.DecodeLatents(latents).shape);
        Assert.Equal(4, model.Config.Compression);
        Assert.InRange(model.parameters().Sum(p => p.numel()), 200_000, 800_000);
    }

    [Fact]
    public void A_batch_of_two_equals_two_batches_of_one()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var model = Mini();
        var mel = randn(2, 1, 32, 32);
        var both = model.Decode(model.Encode(mel).Mode);
        var each = cat([.. mel.split(1).Select(m => model.Decode(model.Encode(m).Mode))]);
        Golden.Close(each, both, 1e-5, 1e-5, "batch");
    }

    [Fact]
    public void Latents_depend_on_the_generator_alone()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var model = Mini();
        var mel = randn(1, 1, 16, 32);
        Tensor Draw(long seed) => model.EncodeToLatents(mel, Seeds.Generator(seed, "posterior"));
        Golden.Close(Draw(1), Draw(1), 0, 0, "same seed");
        Assert.True((Draw(1) - Draw(2)).abs().max().item<float>() > 0.01);
    }

    [Fact]
    public void Encoding_and_decoding_leave_no_tensors_behind()
    {
        using var model = Mini();
        using var mel = randn(1, 1, 16, 32);
        using var generator = Seeds.Generator(1, "posterior");
        using var _ = no_grad();
        void Round()
        {
            using var latents = model.EncodeToLatents(mel, generator);
            using var decoded = model.DecodeLatents(latents);
        }
        Round();
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Round();
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Every_parameter_is_trained_by_reconstruction()
    {
        using var scope = NewDisposeScope();
        var model = Mini();
        var posterior = model.Encode(randn(1, 1, 16, 32));
        var sample = posterior.Sample(Seeds.Generator(1, "posterior"));
        (model.Decode(sample).square().mean() + posterior.Kl().mean()).backward();
        Assert.All(model.named_parameters(), p => Assert.True(p.parameter.grad is not null, p.name));
    }

    [Fact]
    public void Settings_that_are_not_built_are_refused_by_name()
    {
        var config = MiniScale.Vae;
        var dropout = config with { Layers = config.Layers with { Dropout = 0.1 } };
        var error = Assert.Throws<ArgumentException>(() => new AutoencoderKL(dropout));
        Assert.Equal("dropout must be 0, as in AudioLDM's published autoencoder, but is 0.1.", error.Message);
        var unknown = Assert.Throws<InvalidDataException>(() => AutoencoderKLConfig.FromJson("""{"colour": 1}"""));
        Assert.StartsWith("Expected the configuration of an AutoencoderKL: ", unknown.Message);
    }

    [Theory]
    [InlineData("\"image_key\": \"fbank\", \"monitor\": \"val/rec_loss\"", "\"double_z\": true", null)]
    [InlineData("\"subband\": 2", "\"double_z\": true", "subband must be 1, as in")]
    [InlineData("\"time_shuffle\": 4", "\"double_z\": true", "time_shuffle must be 1, as in")]
    [InlineData("\"subband\": 1", "\"double_z\": false", "double_z must be true, as in")]
    [InlineData("\"subband\": 1", "\"downsample_time\": true", "downsample_time must be false, as in")]
    public void Keys_of_the_reference_are_known_and_refused_only_where_they_change_the_network(
        string key, string layersKey, string? refusal)
    {
        var json = $$"""
            {{{key}}, "embed_dim": 8, "scale_factor": 1,
             "ddconfig": {{{layersKey}}, "ch": 16, "ch_mult": [1, 2, 2], "num_res_blocks": 1, "z_channels": 8} }
            """;
        if (refusal is null) Assert.Equal(8, AutoencoderKLConfig.FromJson(json).EmbedDim);
        else Assert.Contains(refusal, Assert.Throws<InvalidDataException>(() => AutoencoderKLConfig.FromJson(json)).Message);
    }

    [Fact]
    public void Levels_of_the_named_resolutions_attend_after_each_block()
    {
        using var scope = NewDisposeScope();
        var config = MiniScale.Vae;
        var model = new AutoencoderKL(config with { Layers = config.Layers with { Resolution = 256, AttnResolutions = [128] } });
        var attentions = model.state_dict().Keys.Where(k => k.EndsWith(".q.weight", StringComparison.Ordinal)).Order();
        Assert.Equal(
            ["decoder.mid.attn_1.q.weight", "decoder.up.1.attn.0.q.weight", "decoder.up.1.attn.1.q.weight",
             "encoder.down.1.attn.0.q.weight", "encoder.mid.attn_1.q.weight"], attentions);
    }

    [Fact]
    public void A_mel_without_its_channel_is_refused()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<ArgumentException>(() => Mini().Encode(zeros(1, 16, 32)));
        Assert.Equal("mel must be [B, 1, T, F], but is [1, 16, 32]: expected 4 dimensions.", error.Message);
    }

    [Fact]
    public void A_nearly_constant_map_is_normalised_alike_in_both_layouts()
    {
        using var scope = NewDisposeScope();
        manual_seed(1);
        var norm = Tango2.Tensors.Layers.GroupNorm(4, 16, 1e-6);
        foreach (var deviation in new[] { 1, 0.05, 0.003 })
        {
            var x = -11.5 + deviation * randn(2, 16, 256, 16);
            var exact = nn.functional.group_norm(x.to(float64), 4, eps: 1e-6);
            Golden.Close(exact, Tango2.Tensors.Layers.Centred(norm, Tango2.Tensors.Layers.ChannelsLast(x)), 1e-5 + 1e-6 / deviation, 0, $"deviation {deviation}");
        }
    }
}
