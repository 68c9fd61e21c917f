using Tango2.Tensors;

namespace Tango2.Diffusion;

/// <summary>What the samplers share: walk down the timesteps, one dispose scope each, without gradients.</summary>
internal static class SamplingLoop
{
    /// <param name="prediction">The network's output at this step.</param>
    /// <param name="index">The step's place in the timesteps.</param>
    /// <param name="sample">z_t.</param>
    internal delegate Tensor Advance(Tensor prediction, int index, Tensor sample);

    internal static Tensor Run(
        Denoiser denoise, Tensor initialNoise, IReadOnlyList<int> timesteps, Advance advance,
        Action<int, int>? progress)
    {
        Shape.Check(initialNoise, "B, C, T, F");
        using var gradients = no_grad();
        var sample = initialNoise.clone();
        for (var i = 0; i < timesteps.Count; i++)
        {
            using (var scope = NewDisposeScope())
            {
                var t = full([sample.shape[0]], timesteps[i], dtype: int64, device: sample.device);
                var next = advance(denoise(sample, t), i, sample).MoveToOuterDisposeScope();
                sample.Dispose();
                sample = next;
            }
            Temporaries.Collect();
            progress?.Invoke(i + 1, timesteps.Count);
        }
        return sample;
    }

    /// <summary>The timestep after one of a walk; −1 after the last, where the signal is clean.</summary>
    internal static int Next(IReadOnlyList<int> timesteps, int index) =>
        index + 1 < timesteps.Count ? timesteps[index + 1] : -1;

    /// <summary>One generator for each row, or the message says how many are missing.</summary>
    internal static void CheckGenerators(IReadOnlyList<Generator> generators, Tensor initialNoise)
    {
        if (generators.Count != initialNoise.shape[0])
            throw new ArgumentException(
                $"generators must have one entry for each of the {initialNoise.shape[0]} rows of initialNoise, " +
                $"but has {generators.Count}.", nameof(generators));
    }
}
