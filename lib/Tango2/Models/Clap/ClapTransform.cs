using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Two linear layers that LAION-CLAP's optional second loss uses; embeddings do not pass through them.</summary>
public sealed class ClapTransform : Module<Tensor, Tensor>
{
    private readonly Sequential sequential;

    /// <summary>Builds the layers with random weights.</summary>
    public ClapTransform(ClapConfig config) : base(nameof(ClapTransform))
    {
        var width = config.JointEmbedShape;
        sequential = Sequential(
            Linear(width, width), ClapModel.Activation(config), Dropout(0.1), Linear(width, width));
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x) => sequential.call(x);
}
