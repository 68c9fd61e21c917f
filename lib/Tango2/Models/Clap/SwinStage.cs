// Keys and numerics of the Swin transformer in LAION-CLAP's HTSAT (clap_module/htsat.py at 1fd4c37), written from its
// architecture. Left out: stochastic depth.
using Tango2.Tensors;
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>The blocks of one resolution and, except in the last stage, the step to half of it.</summary>
internal sealed class SwinStage : Module<Tensor, Tensor>
{
    private readonly ModuleList<SwinBlock> blocks;
    private readonly PatchMerging? downsample;

    public SwinStage(int index, HtsatConfig config) : base(nameof(SwinStage))
    {
        var (width, side, heads) = (config.EmbedDim << index, config.Grid >> index, config.NumHeads[index]);
        blocks = new([.. Enumerable.Range(0, config.Depths[index])
            .Select(i => new SwinBlock(width, side, heads, shifted: i % 2 == 1, config))]);
        downsample = index < config.Depths.Count - 1 ? new(width, side) : null;
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        foreach (var block in blocks) x = block.call(x);
        return (downsample?.call(x) ?? x).MoveToOuterDisposeScope();
    }
}

/// <summary>Window attention, shifted in every second block, then an MLP; [B, side·side, D] to the same.</summary>
internal sealed class SwinBlock : Module<Tensor, Tensor>
{
    private readonly LayerNorm norm1, norm2;
    private readonly WindowAttention attn;
    private readonly SwinMlp mlp;
    private readonly Constant? _mask;
    private readonly int _side, _window, _shift;

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
        if (_shift > 0) _mask = new(ShiftMask(side, _window, _shift));
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (batch, width, count) = (x.shape[0], x.shape[2], _side / _window);
        var map = norm1.call(x).view(batch, _side, _side, width);
        if (_shift > 0) map = map.roll([-_shift, -_shift], [1, 2]);
        var windows = map.view(batch, count, _window, count, _window, width)
            .permute(0, 1, 3, 2, 4, 5).reshape(batch, count * count, _window * _window, width);
        map = attn.call(windows, _mask?.On(x.device)).view(batch, count, count, _window, _window, width)
            .permute(0, 1, 3, 2, 4, 5).reshape(batch, _side, _side, width);
        if (_shift > 0) map = map.roll([_shift, _shift], [1, 2]);
        x = x + map.view(batch, _side * _side, width);
        return (x + mlp.call(norm2.call(x))).MoveToOuterDisposeScope();
    }

    /// <summary>−100 between tokens that the roll brought together from opposite edges, else 0; [W, N, N].</summary>
    internal static Tensor ShiftMask(int side, int window, int shift)
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
        return tensor(mask, device: CPU);
    }
}

/// <summary>Attention within each window, with a learned bias for every distance; [B, W, N, D] of W windows of N tokens.</summary>
internal sealed class WindowAttention : Module<Tensor, Tensor?, Tensor>
{
    private readonly Parameter relative_position_bias_table;
    private readonly Constant _positions;
    private readonly Linear qkv, proj;
    private readonly int _heads;

    /// <param name="width">Width D.</param>
    /// <param name="window">Side of a window, in tokens.</param>
    /// <param name="heads">Heads H.</param>
    public WindowAttention(int width, int window, int heads) : base(nameof(WindowAttention))
    {
        _heads = heads;
        relative_position_bias_table = new(zeros((2L * window - 1) * (2L * window - 1), heads, device: CPU));
        init.normal_(relative_position_bias_table, 0, 0.02);
        _positions = new(RelativePositions(window));
        qkv = Linear(width, 3 * width);
        proj = Linear(width, width);
        RegisterComponents();
    }

    /// <summary>Attends within windows; mask is [W, N, N], added to the scores.</summary>
    public override Tensor forward(Tensor x, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        var (batch, windows, tokens, width) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        var parts = qkv.call(x).view(batch, windows, tokens, 3, _heads, width / _heads)
            .permute(3, 0, 1, 4, 2, 5).reshape(3, batch, windows * _heads, tokens, width / _heads);
        var bias = relative_position_bias_table.index_select(0, _positions.On(x.device))
            .view(tokens, tokens, _heads).permute(2, 0, 1).unsqueeze(0);     // [1, H, N, N]
        bias = mask is null ? bias.expand(windows, -1, -1, -1) : bias + mask.unsqueeze(1);
        // A window's head is one attention like any other, so windows are taken as more heads.
        var y = scaled_dot_product_attention(
            parts[0], parts[1], parts[2], bias.reshape(1, windows * _heads, tokens, tokens).to(x.dtype));
        y = y.view(batch, windows, _heads, tokens, -1).transpose(2, 3).reshape(batch, windows, tokens, width);
        return proj.call(y).MoveToOuterDisposeScope();
    }

    /// <summary>Row of the bias table for each pair of tokens, flattened to [N·N].</summary>
    internal static Tensor RelativePositions(int window)
    {
        var (tokens, span) = (window * window, 2 * window - 1);
        var index = new long[tokens * tokens];
        for (var i = 0; i < tokens; i++)
        {
            for (var j = 0; j < tokens; j++)
            {
                var down = i / window - j / window + window - 1;
                var right = i % window - j % window + window - 1;
                index[i * tokens + j] = down * span + right;
            }
        }
        return tensor(index, device: CPU);
    }
}

/// <summary>Linear, GELU, linear; [B, S, D] to the same.</summary>
internal sealed class SwinMlp : Module<Tensor, Tensor>
{
    private readonly Linear fc1, fc2;

    public SwinMlp(int width, int hidden) : base(nameof(SwinMlp))
    {
        fc1 = Linear(width, hidden);
        fc2 = Linear(hidden, width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return fc2.call(gelu(fc1.call(x))).MoveToOuterDisposeScope();
    }
}

/// <summary>Joins each 2 × 2 tokens into one of twice the width; [B, side·side, D] to [B, side·side/4, 2D].</summary>
internal sealed class PatchMerging : Module<Tensor, Tensor>
{
    private readonly Linear reduction;
    private readonly LayerNorm norm;
    private readonly int _side;

    public PatchMerging(int width, int side) : base(nameof(PatchMerging))
    {
        _side = side;
        reduction = Linear(4 * width, 2 * width, hasBias: false);
        norm = LayerNorm(4 * width);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (batch, width, half) = (x.shape[0], x.shape[2], _side / 2);
        // The four tokens are taken down first, then right: column is the slower of the two.
        var joined = x.view(batch, half, 2, half, 2, width).permute(0, 1, 3, 4, 2, 5).reshape(batch, half * half, 4 * width);
        return reduction.call(norm.call(joined)).MoveToOuterDisposeScope();
    }
}
