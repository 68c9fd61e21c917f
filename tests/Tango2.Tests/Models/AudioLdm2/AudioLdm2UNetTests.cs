using Tango2.Models;

namespace Tango2.Tests.Models;

public class AudioLdm2UNetTests
{
    private const string Json = """
        {
          "_class_name": "AudioLDM2UNet2DConditionModel", "act_fn": "silu", "in_channels": 4, "out_channels": 4, "sample_size": 16,
          "block_out_channels": [8, 16], "norm_num_groups": 4, "layers_per_block": 1, "attention_head_dim": 2,
          "cross_attention_dim": [[null, 12, 20], [null, 12, 20]],
          "down_block_types": ["DownBlock2D", "CrossAttnDownBlock2D"], "up_block_types": ["CrossAttnUpBlock2D", "UpBlock2D"]
        }
        """;

    [Fact]
    public void Padding_of_the_text_changes_nothing_and_each_text_changes_something()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var unet = Network(Json);
        var (latents, timesteps) = (Normal(1, 2, 4, 10, 6), tensor(new long[] { 5, 900 }));
        var mask = ones(2, 5, int64);
        mask[.., 3..] = 0;
        var states = new AudioLdm2States(Normal(2, 2, 3, 12), Normal(3, 2, 5, 20), mask);
        var plain = unet.call(latents, timesteps, states);
        Assert.Equal(latents.shape, plain.shape);
        var padding = states.Text.clone();
        padding[.., 3..] += 3;
        Golden.Close(plain, unet.call(latents, timesteps, states with { Text = padding }), 1e-6, 0, "another padding");
        Differs(unet.call(latents, timesteps, states with { Text = states.Text + 1 }));
        Differs(unet.call(latents, timesteps, states with { Generated = states.Generated + 1 }));
        Differs(unet.call(latents, timesteps + 50, states));

        void Differs(Tensor other) => Assert.True((plain - other).abs().max().item<float>() > 1e-4);
    }

    [Fact]
    public void A_row_is_the_same_alone()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var unet = Network(Json);
        var (latents, timesteps) = (Normal(1, 2, 4, 8, 4), tensor(new long[] { 5, 900 }));
        var states = new AudioLdm2States(Normal(2, 2, 3, 12), Normal(3, 2, 5, 20), ones(2, 5, int64));
        var both = unet.call(latents, timesteps, states);
        var alone = unet.call(latents[1..], timesteps[1..], new(states.Generated[1..], states.Text[1..], states.TextMask[1..]));
        Golden.Close(both[1..], alone, 1e-5, 0, "the second row");
    }

    [Fact]
    public void Its_keys_are_the_references()
    {
        var keys = Network(Json).state_dict().ToDictionary(k => k.Key, k => k.Value.shape);
        Assert.Equal([16, 16, 1, 1], keys["down_blocks.1.attentions.2.proj_in.weight"]);
        Assert.Equal([16, 16], keys["down_blocks.1.attentions.0.transformer_blocks.0.attn2.to_k.weight"]);
        Assert.Equal([16, 12], keys["up_blocks.0.attentions.4.transformer_blocks.0.attn2.to_k.weight"]);
        Assert.Equal([16, 20], keys["mid_block.attentions.2.transformer_blocks.0.attn2.to_k.weight"]);
        Assert.DoesNotContain(keys.Keys, k => k.StartsWith("down_blocks.0.attentions", StringComparison.Ordinal));
        Assert.DoesNotContain(keys.Keys, k => k.StartsWith("up_blocks.1.attentions", StringComparison.Ordinal));
    }

    [Fact]
    public void One_number_stands_for_every_levels()
    {
        var config = AudioLdm2UNetConfig.FromJson(Json
            .Replace("\"layers_per_block\"", "\"num_attention_heads\": 4, \"transformer_layers_per_block\": 2, \"layers_per_block\"", StringComparison.Ordinal)
            .Replace("[[null, 12, 20], [null, 12, 20]]", "12", StringComparison.Ordinal));
        Assert.Equal([4, 4], config.AttentionHeadDim);
        Assert.Equal([2, 2], config.TransformerLayersPerBlock);
        Assert.Equal([[12], [12]], config.CrossAttentionDim);
        Assert.Equal([12], config.Widths(generated: true));
        Assert.Empty(config.Widths(generated: false));
    }

    [Theory]
    [InlineData("\"act_fn\": \"silu\"", "\"act_fn\": \"gelu\"", "act_fn is \"gelu\", but only \"silu\" is known.")]
    [InlineData("\"norm_num_groups\": 4", "\"norm_num_groups\": 5", "block_out_channels[0], 8, must be a multiple of norm_num_groups, but that is 5.")]
    [InlineData("\"attention_head_dim\": 2", "\"attention_head_dim\": [2]", "attention_head_dim must have an entry for each of the 2 block_out_channels, but has 1.")]
    [InlineData("\"UpBlock2D\"", "\"OtherBlock2D\"", "up_block_types has OtherBlock2D, but only CrossAttnUpBlock2D and UpBlock2D are known.")]
    [InlineData("\"DownBlock2D\"", "\"OtherBlock2D\"", "down_block_types has OtherBlock2D, but only CrossAttnDownBlock2D and DownBlock2D are known.")]
    [InlineData("\"sample_size\"", "\"sample_sise\"", "sample_sise")]
    public void A_configuration_that_is_not_built_is_refused(string from, string to, string message) => Assert.Contains(
        message, Assert.Throws<InvalidDataException>(
            () => AudioLdm2UNetConfig.FromJson(Json.Replace(from, to, StringComparison.Ordinal))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_projection_joins_both_texts_with_vectors_of_their_own_around_them()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var projection = new AudioLdm2Projection(new() { TextEncoderDim = 3, TextEncoder1Dim = 4, LanguageModelDim = 5 });
        var mask = tensor(new long[,] { { 1, 1 }, { 1, 0 } });
        var (states, whole) = projection.call(Normal(1, 2, 3), Normal(2, 2, 2, 4), mask);
        Assert.Equal([2, 7, 5], states.shape);
        Assert.Equal([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 1], whole.data<long>().ToArray());
        var vectors = projection.state_dict();
        foreach (var (place, key) in new[] { (0, "sos_embed"), (2, "eos_embed"), (3, "sos_embed_1"), (6, "eos_embed_1") })
            Golden.Close(vectors[key].expand(2, -1), states.select(1, place), 0, 0, key);
    }

    private static AudioLdm2UNet Network(string json)
    {
        manual_seed(7);
        var unet = new AudioLdm2UNet(AudioLdm2UNetConfig.FromJson(json));
        unet.eval();
        return unet;
    }

    private static Tensor Normal(ulong seed, params long[] shape) => randn(shape, generator: new Generator(seed, CPU));
}
