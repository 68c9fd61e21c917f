// Keys and numerics of diffusers' Timesteps and TimestepEmbedding (v0.18.2), written from their architecture.
using TorchSharp.Modules;
using static TorchSharp.torch.nn;
using static TorchSharp.torch.nn.functional;

namespace Tango2.Models;

/// <summary>A timestep's sinusoidal code through two linear layers; [B, C] to [B, D'].</summary>
public sealed class TimestepEmbedding : Module<Tensor, Tensor>
{
    private readonly Linear linear_1, linear_2;

    /// <summary>Builds the layers with random weights.</summary>
    /// <param name="channels">Width of the code.</param>
    /// <param name="width">Width of the embedding.</param>
    public TimestepEmbedding(int channels, int width) : base(nameof(TimestepEmbedding))
    {
        linear_1 = Linear(channels, width);
        linear_2 = Linear(width, width);
        RegisterComponents();
    }

    /// <inheritdoc/>
    public override Tensor forward(Tensor code)
    {
        using var scope = NewDisposeScope();
        return linear_2.call(silu(linear_1.call(code))).MoveToOuterDisposeScope();
    }

    /// <summary>cos(t·f) and sin(t·f) for frequencies f = 10000^(−i / (C/2 − shift)).</summary>
    /// <param name="timesteps">[B], any number type.</param>
    /// <param name="channels">C, even.</param>
    /// <param name="flipSinToCos">Whether the cosines come first.</param>
    /// <param name="freqShift">Subtracted from the number of frequencies when they are spaced.</param>
    /// <returns>[B, C], float32.</returns>
    public static Tensor Code(Tensor timesteps, int channels, bool flipSinToCos, int freqShift)
    {
        using var scope = NewDisposeScope();
        var half = channels / 2;
        var index = arange(half, dtype: float32, device: timesteps.device);
        var frequencies = (-Math.Log(10000) * index / (half - freqShift)).exp();
        var phase = timesteps.to(float32).unsqueeze(-1) * frequencies; // [B, C/2]
        var (first, second) = flipSinToCos ? (phase.cos(), phase.sin()) : (phase.sin(), phase.cos());
        return cat([first, second], dim: -1).MoveToOuterDisposeScope();
    }
}
