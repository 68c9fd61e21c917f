// Keys and numerics of the Swin block in LAION-CLAP's HTSAT, written from its architecture. Left out: stochastic depth.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;

namespace Tango2.Models;

/// <summary>Window attention, shifted in every second block, then an MLP; [B, side·side, D] to the same.</summary>
public sealed class SwinBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm norm1, norm2;
    private readonly WindowAttention attn;
    private readonly SwinMlp mlp;
    private readonly Tensor? attn_mask;
    private readonly int _side, _window, _shift;

    /// <summary>Builds the block with random weights.</summary>
    /// <param name="width">Width D.</param>
    /// <param name="side">Side of the token map.</param>
    /// <param name="heads">Attention heads.</param>
    /// <param name="shifted">Whether windows are shifted by half; one that spans the map never is.</param>
    /// <param name="config">The network's sizes.</param>
    public SwinBlock(int width, int side, int heads, bool shifted, HtsatConfig config) : base(nameof(SwinBlock))
    {
        _side = side;
        _window = Math.Min(side, config.WindowSize);
        _shift = shifted && side > config.WindowSize ? _window / 2 : 0;
        norm1 = LayerNorm(width);
        attn = new(width, _window, heads);
        norm2 = LayerNorm(width);
        mlp = new(width, (int)(width * config.MlpRatio));
        if (_shift > 0)
        {
            attn_mask = ShiftMask(side, _window, _shift);
            register_buffer(nameof(attn_mask), attn_mask, persistent: false);
        }
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (batch, width, count) = (x.shape[0], x.shape[2], _side / _window);
        var map = norm1.call(x).view(batch, _side, _side, width);
        if (_shift > 0) map = map.roll([-_shift, -_shift], [1, 2]);
        var windows = map.view(batch, count, _window, count, _window, width)
            .permute(0, 1, 3, 2, 4, 5).reshape(batch, count * count, _window * _window, width);
        map = attn.call(windows, attn_mask).view(batch, count, count, _window, _window, width)
            .permute(0, 1, 3, 2, 4, 5).reshape(batch, _side, _side, width);
        if (_shift > 0) map = map.roll([_shift, _shift], [1, 2]);
        x = x + map.view(batch, _side * _side, width);
        return (x + mlp.call(norm2.call(x))).MoveToOuterDisposeScope();
    }

    /// <summary>−100 between tokens that the roll brought together from opposite edges, else 0; [W, N, N].</summary>
    private static Tensor ShiftMask(int side, int window, int shift)
    {
        var (count, tokens) = (side / window, window * window);
        var mask = new float[count * count, tokens, tokens];
        int Band(int at) => at < side - window ? 0 : at < side - shift ? 1 : 2;
        int Region(int w, int token) =>
            3 * Band(w / count * window + token / window) + Band(w % count * window + token % window);
        for (var w = 0; w < count * count; w++)
        {
            for (var i = 0; i < tokens; i++)
            {
                for (var j = 0; j < tokens; j++) mask[w, i, j] = Region(w, i) == Region(w, j) ? 0 : -100;
            }
        }
        return tensor(mask).DetachFromDisposeScope();
    }
}
