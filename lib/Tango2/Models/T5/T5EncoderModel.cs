// Keys and numerics of transformers' T5EncoderModel (v4.27) and its layers, under their names there, written from
// their architecture. Left out: the decoder with its cross-attention and cache, head pruning and the ungated
// feed-forward layer of T5 v1.0.
using Tango2.Tensors;
using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>The encoder of T5 v1.1 and FLAN-T5: token ids to text states.</summary>
public sealed class T5EncoderModel : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding shared;
    private readonly T5Stack encoder;

    /// <summary>Builds the encoder with T5's random weights.</summary>
    /// <param name="config">The sizes.</param>
    /// <param name="generator">Draws the weights; null draws from torch's global generator.</param>
    /// <param name="device">Where to build; <c>META</c> gives names and shapes without memory.</param>
    public T5EncoderModel(T5Config config, Generator? generator = null, Device? device = null)
        : base(nameof(T5EncoderModel))
    {
        Config = config;
        shared = nn.Embedding(config.VocabSize, config.DModel, device: device);
        encoder = new T5Stack(config, shared, device);
        RegisterComponents();
        using var unrecorded = no_grad();
        // Tensor.normal_, not nn.init.normal_: TorchSharp 0.107 has the latter draw from the global generator.
        shared.weight!.normal_(0, 1, generator);
        encoder.Initialise(generator);
    }

    /// <summary>The sizes this encoder was built with.</summary>
    public T5Config Config { get; }

    internal IReadOnlyList<T5Block> Blocks => encoder.Blocks;

    /// <summary>Where its weights are.</summary>
    internal Device Device => shared.weight!.device;

    /// <summary>The last states [B, S, D]. Those of padding are computed too: it is the reader who masks them.</summary>
    /// <param name="ids">[B, S], int64, in [0, vocabulary).</param>
    /// <param name="mask">[B, S], of any number type or bool: 1 for a token, 0 for padding.</param>
    public override Tensor forward(Tensor ids, Tensor mask)
    {
        Shape.Check(ids, "B, S").And(mask, "B, S");
        return encoder.call(ids, mask);
    }
}

/// <summary>The embedding, the blocks and the last norm; ids [B, S] and mask [B, S] to states [B, S, D].</summary>
internal sealed class T5Stack : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding embed_tokens;
    private readonly ModuleList<T5Block> block;
    private readonly T5LayerNorm final_layer_norm;
    private readonly double dropout;

    /// <summary>Takes an embedding that it shares with the caller.</summary>
    public T5Stack(T5Config config, Embedding embedTokens, Device? device = null) : base(nameof(T5Stack))
    {
        embed_tokens = embedTokens;
        block = nn.ModuleList(
            Enumerable.Range(0, config.NumLayers).Select(i => new T5Block(config, i == 0, device)).ToArray());
        final_layer_norm = new T5LayerNorm(config.DModel, config.LayerNormEpsilon, device);
        dropout = config.DropoutRate;
        RegisterComponents();
    }

    public IReadOnlyList<T5Block> Blocks => block.ToArray();

    public override Tensor forward(Tensor ids, Tensor mask)
    {
        using var scope = NewDisposeScope();
        var x = nn.functional.dropout(embed_tokens.call(ids), dropout, training);      // [B, S, D]
        var padding = (1 - mask.to(x.dtype)) * LowestOf(x.dtype);                      // [B, S]
        var bias = block[0].Attention.PositionBias(ids.shape[1])
            + padding.unsqueeze(1).unsqueeze(1);                                       // [B, H, S, S]
        foreach (var one in block) x = one.call(x, bias);                              // [B, S, D]
        x = nn.functional.dropout(final_layer_norm.call(x), dropout, training);
        return x.MoveToOuterDisposeScope();
    }

    internal void Initialise(Generator? generator)
    {
        foreach (var one in block) one.Initialise(generator);
    }

    private static double LowestOf(ScalarType type) => type == float16 ? -65504.0 : float.MinValue;
}

/// <summary>One block of the encoder: self-attention, then the feed-forward layer; [B, S, D] to [B, S, D].</summary>
internal sealed class T5Block : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly ModuleList<nn.Module> layer;

    public T5Block(T5Config config, bool hasRelativeAttentionBias, Device? device = null) : base(nameof(T5Block))
    {
        layer = nn.ModuleList<nn.Module>(
            new T5LayerSelfAttention(config, hasRelativeAttentionBias, device), new T5LayerFF(config, device));
        RegisterComponents();
    }

    public T5Attention Attention => ((T5LayerSelfAttention)layer[0]).Attention;

    /// <summary>Runs both layers with <paramref name="bias"/> [1 or B, H, S, S] added to the attention's scores.</summary>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var attended = ((T5LayerSelfAttention)layer[0]).call(x, bias); // [B, S, D]
        return ((T5LayerFF)layer[1]).call(attended).MoveToOuterDisposeScope();
    }

    internal void Initialise(Generator? generator)
    {
        Attention.Initialise(generator);
        ((T5LayerFF)layer[1]).Dense.Initialise(generator);
    }
}

/// <summary>x + attention(norm(x)); [B, S, D] to [B, S, D].</summary>
internal sealed class T5LayerSelfAttention : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly T5Attention SelfAttention;
    private readonly T5LayerNorm layer_norm;
    private readonly double dropout;

    public T5LayerSelfAttention(T5Config config, bool hasRelativeAttentionBias, Device? device = null)
        : base(nameof(T5LayerSelfAttention))
    {
        SelfAttention = new T5Attention(config, hasRelativeAttentionBias, device);
        layer_norm = new T5LayerNorm(config.DModel, config.LayerNormEpsilon, device);
        dropout = config.DropoutRate;
        RegisterComponents();
    }

    public T5Attention Attention => SelfAttention;

    /// <summary>Attends with <paramref name="bias"/> [1 or B, H, S, S] added to the scores.</summary>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var attended = SelfAttention.call(layer_norm.call(x), bias); // [B, S, D]
        return (x + nn.functional.dropout(attended, dropout, training)).MoveToOuterDisposeScope();
    }
}

/// <summary>softmax(QKᵀ + bias)V by heads, not scaled by √d; [B, S, D] to [B, S, D].</summary>
internal sealed class T5Attention : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Linear q, k, v, o;
    private readonly Embedding? relative_attention_bias;
    private readonly T5Config config;

    /// <summary>Only the first block's attention has the table of relative positions.</summary>
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

/// <summary>x + feedforward(norm(x)); [B, S, D] to [B, S, D].</summary>
internal sealed class T5LayerFF : nn.Module<Tensor, Tensor>
{
    private readonly T5DenseGatedActDense DenseReluDense;
    private readonly T5LayerNorm layer_norm;
    private readonly double dropout;

    public T5LayerFF(T5Config config, Device? device = null) : base(nameof(T5LayerFF))
    {
        DenseReluDense = new T5DenseGatedActDense(config, device);
        layer_norm = new T5LayerNorm(config.DModel, config.LayerNormEpsilon, device);
        dropout = config.DropoutRate;
        RegisterComponents();
    }

    public T5DenseGatedActDense Dense => DenseReluDense;

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = DenseReluDense.call(layer_norm.call(x)); // [B, S, D]
        return (x + nn.functional.dropout(hidden, dropout, training)).MoveToOuterDisposeScope();
    }
}

/// <summary>wo(gelu(wi_0(x)) · wi_1(x)), with the tanh form of gelu; [B, S, D] to [B, S, D].</summary>
internal sealed class T5DenseGatedActDense : nn.Module<Tensor, Tensor>
{
    private readonly Linear wi_0, wi_1, wo;
    private readonly T5Config config;

    public T5DenseGatedActDense(T5Config config, Device? device = null) : base(nameof(T5DenseGatedActDense))
    {
        this.config = config;
        wi_0 = nn.Linear(config.DModel, config.DFf, hasBias: false, device: device);
        wi_1 = nn.Linear(config.DModel, config.DFf, hasBias: false, device: device);
        wo = nn.Linear(config.DFf, config.DModel, hasBias: false, device: device);
        RegisterComponents();
    }

    /// <summary>x/2 · (1 + tanh(√(2/π) · (x + 0.044715 x³))).</summary>
    public static Tensor NewGelu(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (0.5 * x * (1.0 + tanh(Math.Sqrt(2 / Math.PI) * (x + 0.044715 * x.pow(3))))).MoveToOuterDisposeScope();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var hidden = NewGelu(wi_0.call(x)) * wi_1.call(x); // [B, S, D_ff]
        hidden = nn.functional.dropout(hidden, config.DropoutRate, training);
        return wo.call(hidden).MoveToOuterDisposeScope();
    }

    internal void Initialise(Generator? generator)
    {
        wi_0.weight!.normal_(0, Math.Pow(config.DModel, -0.5), generator);
        wi_1.weight!.normal_(0, Math.Pow(config.DModel, -0.5), generator);
        wo.weight!.normal_(0, Math.Pow(config.DFf, -0.5), generator);
    }
}

/// <summary>x / √(mean(x²) + ε) · weight over the last dimension: no mean is taken off, and there is no bias.</summary>
internal sealed class T5LayerNorm : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly double eps;

    public T5LayerNorm(long width, double eps, Device? device = null) : base(nameof(T5LayerNorm))
    {
        weight = new Parameter(ones(width, device: device));
        this.eps = eps;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var meanSquare = x.to(float32).square().mean([-1], keepdim: true); // [B, S, 1]
        return ((x * rsqrt(meanSquare + eps)).to(weight.dtype) * weight).MoveToOuterDisposeScope();
    }
}
