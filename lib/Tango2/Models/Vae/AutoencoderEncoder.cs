using TorchSharp.Modules;
using static Tango2.Tensors.Layers;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Mel to what the moments are computed from; [B, 1, T, F] to [B, 2·Z, T/4, F/4] for three levels.</summary>
internal sealed class AutoencoderEncoder : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv_in, conv_out;
    private readonly ModuleList<AutoencoderLevel> down;
    private readonly AutoencoderMiddle mid;
    private readonly GroupNorm norm_out;

    public AutoencoderEncoder(AutoencoderLayers layers) : base(nameof(AutoencoderEncoder))
    {
        var channels = layers.LevelChannels();
        var groups = layers.NormNumGroups;
        conv_in = nn.Conv2d(layers.InChannels, layers.Ch, kernel_size: 3, padding: 1);
        down = [.. channels.Select((c, i) => new AutoencoderLevel(
            i == 0 ? layers.Ch : channels[i - 1], c, layers.NumResBlocks, groups, layers.Attends(i),
            halve: i < channels.Length - 1))];
        mid = new(channels[^1], groups);
        norm_out = GroupNorm(Math.Min(groups, channels[^1]), channels[^1], 1e-6);
        conv_out = nn.Conv2d(channels[^1], 2 * layers.ZChannels, kernel_size: 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = ChannelsLast(conv_in.call(x));
        foreach (var level in down) h = level.call(h);
        return conv_out.call(silu(norm_out.call(mid.call(h)))).MoveToOuterDisposeScope();
    }
}
