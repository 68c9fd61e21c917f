using System.Text.Json.Nodes;
using Tango2.Models;

namespace Tango2.Tests.Models;

public class UNet2DConditionConfigTests
{
    [Fact]
    public void Json_returns_what_was_written()
    {
        var mini = MiniScale.UNet;
        var read = UNet2DConditionConfig.FromJson(mini.ToJson());
        Assert.Equal(mini.ToJson(), read.ToJson());
        Assert.True(read.SinusoidalPositions);
        Assert.Contains("\"sinusoidal_positions\": true", mini.ToJson());
    }

    [Fact]
    public void Underscore_keys_are_ignored_and_unknown_ones_refused()
    {
        var json = MiniScale.UNet.ToJson();
        var named = UNet2DConditionConfig.FromJson("{ \"_class_name\": \"UNet2DConditionModel\"," + json[1..]);
        Assert.Equal(json, named.ToJson());
        var e = Assert.Throws<InvalidDataException>(
            () => UNet2DConditionConfig.FromJson("{ \"head_dim\": null," + json[1..]));
        Assert.Contains("head_dim", e.Message);
    }

    [Theory]
    [InlineData("act_fn", "\"relu\"", "U-Net config: act_fn is relu, but only silu is known.")]
    [InlineData("num_class_embeds", "3", "U-Net config: num_class_embeds is 3, but only null is known.")]
    [InlineData("downsample_padding", "0", "U-Net config: downsample_padding is 0, but only 1 is known.")]
    [InlineData("mid_block_scale_factor", "1.5", "U-Net config: mid_block_scale_factor is 1.5, but only 1 is known.")]
    public void Settings_that_are_not_built_are_refused(string key, string value, string message)
    {
        var keys = JsonNode.Parse(MiniScale.UNet.ToJson())!;
        keys[key] = JsonNode.Parse(value);
        var e = Assert.Throws<InvalidDataException>(() => UNet2DConditionConfig.FromJson(keys.ToJsonString()));
        Assert.Equal(message, e.Message);
    }

    [Fact]
    public void Keys_that_diffusers_writes_besides_are_known_with_their_defaults_only()
    {
        var json = MiniScale.UNet.ToJson();
        var saved = "{ \"class_embed_type\": null, \"conv_in_kernel\": 3, \"resnet_out_scale_factor\": 1.0, "
            + "\"mid_block_scale_factor\": 1.0, \"num_class_embeds\": null, \"sample_size\": [32, 2]," + json[1..];
        Assert.Equal(json, UNet2DConditionConfig.FromJson(saved).ToJson());
        var e = Assert.Throws<InvalidDataException>(
            () => UNet2DConditionConfig.FromJson("{ \"class_embed_type\": \"timestep\"," + json[1..]));
        Assert.Equal("U-Net config: class_embed_type is \"timestep\", but only null is known.", e.Message);
    }

    [Fact]
    public void One_number_stands_for_every_level()
    {
        var config = UNet2DConditionConfig.FromJson(
            """
            {"in_channels": 8, "out_channels": 8, "block_out_channels": [32, 64, 64, 96], "attention_head_dim": 8,
             "cross_attention_dim": 96, "sample_size": 64}
            """);
        Assert.Equal([8, 8, 8, 8], config.AttentionHeadDim);
    }
}
