using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>The embedding, the blocks and the last norm; ids [B, S] and mask [B, S] to states [B, S, D].</summary>
public sealed class T5Stack : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly Embedding embed_tokens;
    private readonly ModuleList<T5Block> block;
    private readonly T5LayerNorm final_layer_norm;
    private readonly double dropout;

    /// <summary>Builds the blocks with random weights around an embedding shared with the caller.</summary>
    public T5Stack(T5Config config, Embedding embedTokens, Device? device = null) : base(nameof(T5Stack))
    {
        embed_tokens = embedTokens;
        block = nn.ModuleList(
            Enumerable.Range(0, config.NumLayers).Select(i => new T5Block(config, i == 0, device)).ToArray());
        final_layer_norm = new T5LayerNorm(config.DModel, config.LayerNormEpsilon, device);
        dropout = config.DropoutRate;
        RegisterComponents();
    }

    /// <summary>The blocks, first to last.</summary>
    public IReadOnlyList<T5Block> Blocks => block.ToArray();

    /// <inheritdoc/>
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
