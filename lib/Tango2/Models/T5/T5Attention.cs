// Keys and numerics of transformers' T5Attention (v4.27), written from its architecture. Left out: cross-attention
// and the decoder's cache.
using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>softmax(QKᵀ + bias)V by heads, not scaled by √d; [B, S, D] to [B, S, D].</summary>
public sealed class T5Attention : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear q, k, v, o;
    private readonly Embedding? relative_attention_bias;
    private readonly T5Config config;

    /// <summary>Builds the attention; only the first block's has the table of relative positions.</summary>
    public T5Attention(T5Config config, bool hasRelativeAttentionBias, Device? device = null) : base(nameof(T5Attention))
    {
        this.config = config;
        var inner = config.NumHeads * config.DKv;
        q = nn.Linear(config.DModel, inner, hasBias: false, device: device);
        k = nn.Linear(config.DModel, inner, hasBias: false, device: device);
        v = nn.Linear(config.DModel, inner, hasBias: false, device: device);
        o = nn.Linear(inner, config.DModel, hasBias: false, device: device);
        if (hasRelativeAttentionBias)
            relative_attention_bias = nn.Embedding(config.RelativeAttentionNumBuckets, config.NumHeads, device: device);
        RegisterComponents();
    }

    /// <summary>What each head adds to its scores for the distance between two tokens; [1, H, S, S].</summary>
    /// <exception cref="InvalidOperationException">This attention is not the first block's.</exception>
    public Tensor PositionBias(long length)
    {
        if (relative_attention_bias is null)
            throw new InvalidOperationException("Only the first block of a T5 encoder has a table of relative positions.");
        using var scope = NewDisposeScope();
        var positions = arange(length, dtype: int64, device: relative_attention_bias.weight!.device);
        var relative = positions.unsqueeze(0) - positions.unsqueeze(1);                      // [S, S], key − query
        var bias = relative_attention_bias.call(
            RelativePositionBuckets(relative, config.RelativeAttentionNumBuckets, config.RelativeAttentionMaxDistance));
        return bias.permute(2, 0, 1).unsqueeze(0).MoveToOuterDisposeScope();                 // [1, H, S, S]
    }

    /// <summary>The bucket of each distance: exact for short ones, growing by a constant factor for long ones.</summary>
    /// <param name="relativePositions">Key position less query position, int64, of any shape.</param>
    /// <param name="buckets">Buckets in all; the upper half is for keys after the query.</param>
    /// <param name="maxDistance">Tokens from which on all distances share the last bucket.</param>
    public static Tensor RelativePositionBuckets(Tensor relativePositions, long buckets, long maxDistance)
    {
        using var scope = NewDisposeScope();
        var half = buckets / 2;
        var exact = half / 2;
        var distance = relativePositions.abs();
        var growth = (half - exact) / Math.Log((double)maxDistance / exact);
        var far = exact + (distance.clamp_min(1).to(float32).div(exact).log() * growth).to(int64);
        var bucket = where(distance < exact, distance, far.clamp_max(half - 1));
        return (bucket + (relativePositions > 0).to(int64) * half).MoveToOuterDisposeScope();
    }

    /// <summary>Attends with <paramref name="bias"/> [1 or B, H, S, S] added to the scores.</summary>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (Split(q.call(x)), Split(k.call(x)), Split(v.call(x)));    // [B, H, S, d]
        var scores = matmul(query, key.transpose(-1, -2)) + bias;                            // [B, H, S, S]
        var weights = nn.functional.softmax(scores.to(float32), -1).to(scores.dtype);
        weights = nn.functional.dropout(weights, config.DropoutRate, training);
        var mixed = matmul(weights, value).transpose(1, 2).flatten(2);                       // [B, S, H·d]
        return o.call(mixed).MoveToOuterDisposeScope();
    }

    internal void Initialise(Generator? generator)
    {
        var width = Math.Pow(config.DModel, -0.5);
        q.weight!.normal_(0, width * Math.Pow(config.DKv, -0.5), generator);
        k.weight!.normal_(0, width, generator);
        v.weight!.normal_(0, width, generator);
        o.weight!.normal_(0, Math.Pow(config.NumHeads * config.DKv, -0.5), generator);
        if (relative_attention_bias is not null) relative_attention_bias.weight!.normal_(0, width, generator);
    }

    private Tensor Split(Tensor x) => x.unflatten(2, [config.NumHeads, config.DKv]).transpose(1, 2);
}
