// Keys and numerics of the window attention in LAION-CLAP's HTSAT, written from its architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>Attention within each window, with a learned bias for every distance; [B, W, N, D] of W windows of N tokens.</summary>
public sealed class WindowAttention : Module<Tensor, Tensor?, Tensor>
{
    private readonly Parameter relative_position_bias_table;
    private readonly Tensor relative_position_index;
    private readonly Linear qkv, proj;
    private readonly int _heads;

    /// <summary>Builds the layer with random weights.</summary>
    /// <param name="width">Width D.</param>
    /// <param name="window">Side of a window, in tokens.</param>
    /// <param name="heads">Heads H.</param>
    public WindowAttention(int width, int window, int heads) : base(nameof(WindowAttention))
    {
        _heads = heads;
        relative_position_bias_table = new(zeros((2L * window - 1) * (2L * window - 1), heads));
        init.normal_(relative_position_bias_table, 0, 0.02);
        relative_position_index = RelativePositions(window);
        register_buffer(nameof(relative_position_index), relative_position_index, persistent: false);
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
        var bias = relative_position_bias_table.index_select(0, relative_position_index)
            .view(tokens, tokens, _heads).permute(2, 0, 1).unsqueeze(0);     // [1, H, N, N]
        bias = mask is null ? bias.expand(windows, -1, -1, -1) : bias + mask.unsqueeze(1);
        // A window's head is one attention like any other, so windows are taken as more heads.
        var y = scaled_dot_product_attention(
            parts[0], parts[1], parts[2], bias.reshape(1, windows * _heads, tokens, tokens).to(x.dtype));
        y = y.view(batch, windows, _heads, tokens, -1).transpose(2, 3).reshape(batch, windows, tokens, width);
        return proj.call(y).MoveToOuterDisposeScope();
    }

    /// <summary>Row of the bias table for each pair of tokens, flattened to [N·N].</summary>
    private static Tensor RelativePositions(int window)
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
        return tensor(index).DetachFromDisposeScope();
    }
}
