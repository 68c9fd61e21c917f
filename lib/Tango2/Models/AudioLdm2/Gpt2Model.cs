// Keys and numerics of transformers' GPT2Model (v4.27) as AudioLDM 2 uses it, written from its architecture. Left out: the
// embedding of tokens, since it is given states; dropout, since it is never trained here; the cache of keys and values,
// since a dozen short sequences cost less than one step of the U-Net.
using System.Text.Json.Serialization;
using Tango2.Files;
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>The sizes of a GPT-2, in the words of its config.json.</summary>
[OfTransformers(
    "attn_pdrop", "embd_pdrop", "resid_pdrop", "initializer_range", "reorder_and_upcast_attn",
    "summary_activation", "summary_first_dropout", "summary_proj_to_labels", "summary_type", "summary_use_proj",
    "use_cache", "vocab_size", "n_ctx")]
internal sealed record Gpt2Config
{
    /// <summary>Width D of the states.</summary>
    public required int NEmbd { get; init; }

    /// <summary>Heads of each attention.</summary>
    public required int NHead { get; init; }

    /// <summary>Blocks.</summary>
    public required int NLayer { get; init; }

    /// <summary>Places that have an embedding; a sequence must not be longer.</summary>
    public required int NPositions { get; init; }

    /// <summary>Width inside the feed-forward layers; four times the states' where it is null.</summary>
    public int? NInner { get; init; }

    /// <summary>Epsilon of the layer normalisations.</summary>
    public double LayerNormEpsilon { get; init; } = 1e-5;

    /// <summary>States that AudioLDM 2 asks for; not in every GPT-2's file.</summary>
    public int MaxNewTokens { get; init; } = 8;

    [JsonInclude] internal string ActivationFunction { get; init; } = "gelu_new";
    [JsonInclude] internal bool ScaleAttnWeights { get; init; } = true;
    [JsonInclude] internal bool ScaleAttnByInverseLayerIdx { get; init; }

    /// <summary>Reads the text of a language_model/config.json. Keys beginning with an underscore are ignored.</summary>
    /// <exception cref="InvalidDataException">The text is no such configuration, or asks for what is not built.</exception>
    public static Gpt2Config FromJson(string json) => ConfigJson.ReadBare<Gpt2Config>(json, "a GPT-2", config => config.Checked());

    private Gpt2Config Checked()
    {
        if (ActivationFunction != "gelu_new")
            throw new ArgumentException($"activation_function must be gelu_new, but is {ActivationFunction}.");
        if (!ScaleAttnWeights) throw new ArgumentException("scale_attn_weights must be true, but is false.");
        if (ScaleAttnByInverseLayerIdx) throw new ArgumentException("scale_attn_by_inverse_layer_idx must be false, but is true.");
        if (NHead < 1 || NEmbd % NHead != 0) throw new ArgumentException($"n_embd, {NEmbd}, must be a multiple of n_head, {NHead}.");
        return this;
    }
}

/// <summary>GPT-2 on states instead of tokens: each next state is the last one's output.</summary>
internal sealed class Gpt2Model : Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding wpe;
    private readonly ModuleList<Gpt2Block> h;
    private readonly LayerNorm ln_f;

    /// <summary>Builds the network with random weights.</summary>
    public Gpt2Model(Gpt2Config config) : base(nameof(Gpt2Model))
    {
        Config = config;
        wpe = Embedding(config.NPositions, config.NEmbd);
        h = [.. Enumerable.Range(0, config.NLayer).Select(_ => new Gpt2Block(config))];
        ln_f = LayerNorm(config.NEmbd, config.LayerNormEpsilon);
        RegisterComponents();
    }

    /// <summary>The sizes it was built with.</summary>
    public Gpt2Config Config { get; }

    /// <summary>The last states [B, S, D]; each place sees those before it that are not padding, and itself.</summary>
    /// <param name="states">[B, S, D]. Places count from 0, padding included.</param>
    /// <param name="mask">[B, S], 1 where there is something to see; the first place always is.</param>
    /// <exception cref="ArgumentException">The sequence is longer than the network has places.</exception>
    public override Tensor forward(Tensor states, Tensor mask)
    {
        Shape.Check(states, $"B, S, {Config.NEmbd}").And(mask, "B, S");
        var length = states.shape[1];
        if (length > Config.NPositions)
            throw new ArgumentException(
                $"The language model has places for {Config.NPositions} states, but a prompt needs {length}: shorten it.");
        using var scope = NewDisposeScope();
        var places = arange(length, dtype: int64, device: states.device);
        var seen = places.unsqueeze(0) <= places.unsqueeze(1);                                  // [S, S], query by key
        var visible = seen.unsqueeze(0).logical_and(mask.to(@bool).unsqueeze(1)).unsqueeze(1);  // [B, 1, S, S]
        var bias = zeros(visible.shape, dtype: states.dtype, device: states.device)
            .masked_fill(visible.logical_not(), finfo(states.dtype).min);
        var x = states + wpe.call(places);
        foreach (var block in h) x = block.call(x, bias);
        return ln_f.call(x).MoveToOuterDisposeScope();
    }

    /// <summary>States that continue a sequence, each the last output appended to what came before; [B, n, D].</summary>
    /// <param name="states">[B, S, D].</param>
    /// <param name="mask">[B, S].</param>
    /// <param name="count">n.</param>
    public Tensor Continue(Tensor states, Tensor mask, int count)
    {
        using var scope = NewDisposeScope();
        var one = mask.new_ones(mask.shape[0], 1);
        for (var i = 0; i < count; i++)
        {
            states = cat([states, call(states, mask).narrow(1, states.shape[1] - 1, 1)], dim: 1);
            mask = cat([mask, one], dim: 1);
        }
        return states.narrow(1, states.shape[1] - count, count).contiguous().MoveToOuterDisposeScope();
    }
}

/// <summary>Attention, then a feed-forward layer, each normalised before and added; [B, S, D] to the same.</summary>
internal sealed class Gpt2Block : Module<Tensor, Tensor, Tensor>
{
    private readonly LayerNorm ln_1, ln_2;
    private readonly Gpt2Attention attn;
    private readonly Gpt2Mlp mlp;

    public Gpt2Block(Gpt2Config config) : base(nameof(Gpt2Block))
    {
        ln_1 = LayerNorm(config.NEmbd, config.LayerNormEpsilon);
        attn = new(config);
        ln_2 = LayerNorm(config.NEmbd, config.LayerNormEpsilon);
        mlp = new(config);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        x = x + attn.call(ln_1.call(x), bias);
        return (x + mlp.call(ln_2.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>Multi-head attention of a sequence with itself; a bias [B, 1, S, S] is added to the scores.</summary>
internal sealed class Gpt2Attention : Module<Tensor, Tensor, Tensor>
{
    private readonly Gpt2Conv1D c_attn, c_proj;
    private readonly int _heads;

    public Gpt2Attention(Gpt2Config config) : base(nameof(Gpt2Attention))
    {
        _heads = config.NHead;
        c_attn = new(config.NEmbd, 3 * config.NEmbd);
        c_proj = new(config.NEmbd, config.NEmbd);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var parts = Array.ConvertAll(c_attn.call(x).chunk(3, dim: -1), p => p.unflatten(2, [_heads, -1]).transpose(1, 2));
        var attended = functional.scaled_dot_product_attention(parts[0], parts[1], parts[2], bias); // [B, H, S, D/H]
        return c_proj.call(attended.transpose(1, 2).flatten(2)).MoveToOuterDisposeScope();
    }
}

/// <summary>A layer four times as wide, with the tanh form of gelu, and back.</summary>
internal sealed class Gpt2Mlp : Module<Tensor, Tensor>
{
    private readonly Gpt2Conv1D c_fc, c_proj;

    public Gpt2Mlp(Gpt2Config config) : base(nameof(Gpt2Mlp))
    {
        var inner = config.NInner ?? 4 * config.NEmbd;
        c_fc = new(config.NEmbd, inner);
        c_proj = new(inner, config.NEmbd);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return c_proj.call(T5DenseGatedActDense.NewGelu(c_fc.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>x·W + b with W [in, out], which is how GPT-2 keeps its linear layers.</summary>
internal sealed class Gpt2Conv1D : Module<Tensor, Tensor>
{
    private readonly Parameter weight, bias;

    public Gpt2Conv1D(int width, int outWidth) : base(nameof(Gpt2Conv1D))
    {
        weight = new(init.normal_(empty(width, outWidth, device: CPU), 0, 0.02));
        bias = new(zeros(outWidth, device: CPU));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return (x.matmul(weight) + bias).MoveToOuterDisposeScope();
    }
}
