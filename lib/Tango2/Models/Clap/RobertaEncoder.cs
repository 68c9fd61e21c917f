using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>RoBERTa's layers, one after another.</summary>
public sealed class RobertaEncoder : Module<Tensor, Tensor, Tensor>
{
    private readonly ModuleList<RobertaLayer> layer;

    /// <summary>Builds the layers with random weights.</summary>
    public RobertaEncoder(RobertaConfig config) : base(nameof(RobertaEncoder))
    {
        layer = new([.. Enumerable.Range(0, config.NumHiddenLayers).Select(_ => new RobertaLayer(config))]);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        foreach (var each in layer) x = each.call(x, bias);
        return x.MoveToOuterDisposeScope();
    }
}
