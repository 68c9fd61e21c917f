using TorchSharp.Modules;
using static Tango2.Tensors.Layers;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Latents to mel; [B, Z, T, F] to [B, 1, 4T, 4F] for three levels.</summary>
internal sealed class AutoencoderDecoder : nn.Module<Tensor, Tensor>
{
    private readonly Conv2d conv_in, conv_out;
    private readonly AutoencoderMiddle mid;
    private readonly ModuleList<AutoencoderLevel> up; // up[0] has the full resolution and runs last
    private readonly GroupNorm norm_out;

    public AutoencoderDecoder(AutoencoderLayers layers) : base(nameof(AutoencoderDecoder))
    {
        var channels = layers.LevelChannels();
        var groups = layers.NormNumGroups;
        conv_in = nn.Conv2d(layers.ZChannels, channels[^1], kernel_size: 3, padding: 1);
        mid = new(channels[^1], groups);
        up = [.. channels.Select((c, i) => new AutoencoderLevel(
            channels[Math.Min(i + 1, channels.Length - 1)], c, layers.NumResBlocks + 1, groups, layers.Attends(i),
            twice: i > 0))];
        norm_out = GroupNorm(Math.Min(groups, channels[0]), channels[0], 1e-6);
        conv_out = nn.Conv2d(channels[0], layers.OutCh, kernel_size: 3, padding: 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor z)
    {
        using var scope = NewDisposeScope();
        var h = mid.call(ChannelsLast(conv_in.call(z)));
        foreach (var level in up.Reverse()) h = level.call(h);
        return conv_out.call(silu(norm_out.call(h))).MoveToOuterDisposeScope();
    }
}
