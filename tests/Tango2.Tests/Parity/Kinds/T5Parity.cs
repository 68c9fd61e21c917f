using System.Globalization;
using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>The text encoder: its states with padding and without, their positions and its activation.</summary>
internal static class T5Parity
{
    private const string Hidden = "hidden_states.", Bias = "position_bias.L", Last = "last_hidden_state";

    public static void Run(ParityFixture f, Comparison c)
    {
        using var gradients = no_grad();
        var model = Networks.T5(f.Config, f.Weights());
        var stages = Enumerable.Range(0, model.Config.NumLayers).Select(i => $"encoder.block.{i}").Prepend("encoder.embed_tokens")
            .ToArray();
        var seen = Taps.On(model, stages);
        var ids = f.Input("input_ids");
        var states = model.call(ids, f.InputOrNull("attention_mask") ?? ones_like(ids));
        c.Maybe(Last, () => states);
        foreach (var name in f.Outputs.Where(o => o.StartsWith(Hidden, StringComparison.Ordinal)))
        {
            // Entry i is what enters block i; after the last block comes the norm.
            var index = int.Parse(name[Hidden.Length..].Split('.')[0], CultureInfo.InvariantCulture);
            c.Sampled(name, index < model.Config.NumLayers ? seen[stages[index]] : states);
        }
        foreach (var name in f.Outputs.Where(o => o.EndsWith("." + Last, StringComparison.Ordinal)))
            c.Close(name, Variant(model, f, name[..^Last.Length], f.Output(name).shape));
        foreach (var name in f.Outputs.Where(o => o.StartsWith(Bias, StringComparison.Ordinal)))
            c.Close(name, model.Blocks[0].Attention.PositionBias(long.Parse(name[Bias.Length..], CultureInfo.InvariantCulture)));
        c.Maybe("gelu_new.y", () => T5DenseGatedActDense.NewGelu(f.Input("gelu_new.x")));
        c.Maybe("relative_bucket", () => Buckets(model.Config, f.Output("relative_bucket").shape[0] / 2));
    }

    /// <summary>Other ids where they are stored; without a mask, the first tokens of the plain ids.</summary>
    private static Tensor Variant(T5EncoderModel model, ParityFixture f, string variant, long[] shape)
    {
        if (f.InputOrNull(variant + "input_ids") is { } ids)
            return model.call(ids, f.InputOrNull(variant + "attention_mask") ?? ones_like(ids));
        var first = f.Input("input_ids").narrow(0, 0, shape[0]).narrow(1, 0, shape[1]);
        return model.call(first, ones_like(first));
    }

    // Entry i is the bucket of the position i − reach, relative to the query.
    private static Tensor Buckets(T5Config config, long reach) => T5Attention.RelativePositionBuckets(
        arange(-reach, reach + 1, dtype: int64), config.RelativeAttentionNumBuckets, config.RelativeAttentionMaxDistance);
}
