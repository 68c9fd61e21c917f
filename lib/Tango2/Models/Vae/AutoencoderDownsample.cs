using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Halves time and frequency; [B, C, T, F] to [B, C, T/2, F/2].</summary>
internal sealed class AutoencoderDownsample : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv;

    public AutoencoderDownsample(int channels) : base(nameof(AutoencoderDownsample))
    {
        conv = nn.Conv2d(channels, channels, kernel_size: 3, stride: 2);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return conv.call(pad(x, [0, 1, 0, 1])).MoveToOuterDisposeScope(); // one zero after the last bin and frame
    }
}
