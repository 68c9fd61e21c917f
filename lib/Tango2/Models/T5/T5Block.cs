using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>One block of the encoder: self-attention, then the feed-forward layer; [B, S, D] to [B, S, D].</summary>
public sealed class T5Block : nn.Module<Tensor, Tensor, Tensor>
{
    private readonly ModuleList<nn.Module> layer;

    /// <summary>Builds the block with random weights.</summary>
    public T5Block(T5Config config, bool hasRelativeAttentionBias, Device? device = null) : base(nameof(T5Block))
    {
        layer = nn.ModuleList<nn.Module>(
            new T5LayerSelfAttention(config, hasRelativeAttentionBias, device), new T5LayerFF(config, device));
        RegisterComponents();
    }

    /// <summary>The attention of this block.</summary>
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
