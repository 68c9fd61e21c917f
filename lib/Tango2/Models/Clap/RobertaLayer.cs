using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Attention, then a feed-forward part; each is normalised after its residual.</summary>
public sealed class RobertaLayer : Module<Tensor, Tensor, Tensor>
{
    private readonly RobertaAttention attention;
    private readonly RobertaDense intermediate;
    private readonly RobertaOutput output;

    /// <summary>Builds the layer with random weights.</summary>
    public RobertaLayer(RobertaConfig config) : base(nameof(RobertaLayer))
    {
        attention = new(config);
        intermediate = new(config.HiddenSize, config.IntermediateSize, x => gelu(x));
        output = new(config.IntermediateSize, config);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x, Tensor bias)
    {
        using var scope = NewDisposeScope();
        var h = attention.call(x, bias);
        return output.call(intermediate.call(h), h).MoveToOuterDisposeScope();
    }
}
