using TorchSharp.Modules;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Doubles time and frequency; [B, C, T, F] to [B, C, 2T, 2F].</summary>
internal sealed class AutoencoderUpsample : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv;

    public AutoencoderUpsample(int channels) : base(nameof(AutoencoderUpsample))
    {
        conv = nn.Conv2d(channels, channels, kernel_size: 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var larger = interpolate(x, scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        return conv.call(larger).MoveToOuterDisposeScope();
    }
}
