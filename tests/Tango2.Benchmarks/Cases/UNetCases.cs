using Tango2.Checkpoints;
using Tango2.Mini;
using Tango2.Models;
using Tango2.Training;
using static Tango2.Benchmarks.Cases.AudioCases;

namespace Tango2.Benchmarks.Cases;

/// <summary>The U-Net forward at three sizes, its optimiser, and loading it from a PyTorch checkpoint.</summary>
internal static class UNetCases
{
    /// <summary>The mini network without the position code, which the reference does not have.</summary>
    public static UNet2DConditionConfig Mini { get; } =
        MiniScale.UNet with { SinusoidalPositions = false };

    /// <summary>The published network a fifth as wide: it learns on two cores, with latents and text of full size.</summary>
    public static UNet2DConditionConfig Middle { get; } =
        UNet2DConditionConfig.Tango2 with { BlockOutChannels = [64, 128, 256, 256], AttentionHeadDim = [1, 2, 4, 4] };

    /// <summary>The cases.</summary>
    public static IReadOnlyList<PairedCase> All { get; } =
    [
        Load(), AdamW(),
        Forward("unet-mini", Mini, [32, 8, 32, 8], tokens: 32),
        Forward("unet-middle", Middle, [2, 8, 256, 16], tokens: 64),
        Forward("unet-full", UNet2DConditionConfig.Tango2, [2, 8, 256, 16], tokens: 64) with { OnlyNamed = true },
    ];

    private static PairedCase Forward(string name, UNet2DConditionConfig config, long[] shape, long tokens)
    {
        long[] states = [shape[0], tokens, config.CrossAttentionDim];
        return new(
            name, $"U-Net forward, channels {string.Join("/", config.BlockOutChannels)}, latents {Sizes(shape)}",
            _ => Words.Case(
                "unet", ("unet", Words.Of(config)), ("latents", Words.Of(shape)), ("states", Words.Of(states))),
            _ =>
            {
                var (network, latents) = (Evaluating(new UNet2DConditionModel(config)), randn(shape));
                var (text, mask) = (randn(states), ones(states[..2], dtype: @bool));
                var timesteps = randint(0, 1000, shape[..1], int64);
                return new(() => network.call(latents, timesteps, text, mask), network);
            });
    }

    private static PairedCase AdamW() => new(
        "adamw", "AdamW step of the middle U-Net",
        _ => Words.Case("adamw", ("unet", Words.Of(Middle))),
        _ =>
        {
            var network = new UNet2DConditionModel(Middle);
            foreach (var parameter in network.parameters()) parameter.grad = randn_like(parameter, requires_grad: false);
            var optimizer = new FusedAdamW(network.named_parameters());
            return new(() => optimizer.Step(1e-6), network);
        });

    private static PairedCase Load() => new(
        "load", "middle U-Net from a PyTorch checkpoint",
        folder => Words.Case("load", ("unet", Words.Of(Middle)), ("file", Path.Combine(folder, "unet.bin"))),
        folder =>
        {
            var network = new UNet2DConditionModel(Middle);
            return new(
                () =>
                {
                    StateDict.Load(network, Path.Combine(folder, "unet.bin"));
                    return zeros(0);
                },
                network);
        })
    { NeedsPython = true };
}
