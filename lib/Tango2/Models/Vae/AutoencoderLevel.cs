using TorchSharp.Modules;

namespace Tango2.Models;

/// <summary>Residual blocks of one resolution, then a change of it; [B, C, T, F] to [B, C', T', F'].</summary>
internal sealed class AutoencoderLevel : nn.Module<Tensor, Tensor>
{
    private readonly ModuleList<AutoencoderResnetBlock> block;
    private readonly ModuleList<AutoencoderAttention>? attn;
    private readonly AutoencoderDownsample? downsample;
    private readonly AutoencoderUpsample? upsample;

    public AutoencoderLevel(
        int channels, int outChannels, int blocks, int groups, bool attends, bool halve = false, bool twice = false)
        : base(nameof(AutoencoderLevel))
    {
        block = [.. Enumerable.Range(0, blocks)
            .Select(i => new AutoencoderResnetBlock(i == 0 ? channels : outChannels, outChannels, groups))];
        attn = attends ? [.. Enumerable.Range(0, blocks).Select(_ => new AutoencoderAttention(outChannels, groups))] : null;
        downsample = halve ? new(outChannels) : null;
        upsample = twice ? new(outChannels) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var h = x;
        for (var i = 0; i < block.Count; i++)
        {
            h = block[i].call(h);
            if (attn is not null) h = attn[i].call(h);
        }
        if (downsample is not null) h = downsample.call(h);
        if (upsample is not null) h = upsample.call(h);
        return h.MoveToOuterDisposeScope();
    }
}
