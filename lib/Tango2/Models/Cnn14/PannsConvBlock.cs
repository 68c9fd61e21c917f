// Keys and numerics of PANNs' ConvBlock, written from its architecture. Left out: pooling, which the caller does.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Twice a 3 × 3 convolution, batch normalisation and ReLU; [B, C, T, F] to [B, C', T, F].</summary>
public sealed class PannsConvBlock : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1, conv2;
    private readonly BatchNorm2d bn1, bn2;

    /// <summary>Builds the block with random weights.</summary>
    public PannsConvBlock(int channels, int outChannels) : base(nameof(PannsConvBlock))
    {
        conv1 = Conv2d(channels, outChannels, kernel_size: 3, padding: 1, bias: false);
        conv2 = Conv2d(outChannels, outChannels, kernel_size: 3, padding: 1, bias: false);
        bn1 = BatchNorm2d(outChannels);
        bn2 = BatchNorm2d(outChannels);
        RegisterComponents();
        init.xavier_uniform_(conv1.weight);
        init.xavier_uniform_(conv2.weight);
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = relu(bn1.call(conv1.call(x)));
        return relu(bn2.call(conv2.call(x))).MoveToOuterDisposeScope();
    }
}
