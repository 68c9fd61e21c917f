using Tango2.Diffusion;
using Tango2.Tensors;

namespace Tango2.Pipelines;

/// <summary>The noise of a walk, given rather than drawn from seeds: for comparison with other programs.</summary>
/// <param name="Initial">What the walk starts from, [B, C, T, F].</param>
/// <param name="Steps">
/// What DDPM, SDE-DPM-Solver++ and DDIM with eta draw at each of n steps, the last included, [n, B, C, T, F]; null for walks that
/// draw none.
/// </param>
public sealed record WalkNoise(Tensor Initial, Tensor? Steps = null)
{
    /// <summary>Refuses noise of another shape than a walk needs.</summary>
    /// <param name="clips">B.</param>
    /// <param name="steps">Steps of the walk.</param>
    /// <param name="options">How it walks.</param>
    /// <exception cref="ArgumentException">The message tells the shape expected and found.</exception>
    internal void Check(int clips, int steps, GenerationOptions options)
    {
        Shape.Check(Initial, $"{clips}, C, T, F");
        if (!options.DrawsNoise) return;
        if (Steps is null)
            throw new ArgumentException($"{nameof(Steps)} is needed: {options.Sampler} draws noise at each of its {steps} steps.");
        Shape.Check(Steps, $"{steps}, {clips}, {string.Join(", ", Initial.shape[1..])}");
    }
}

/// <summary>Where a walk takes its noise from, on the device of the network.</summary>
/// <param name="Initial">[B, C, T, F].</param>
/// <param name="OfStep">The noise [B, C, T, F] of step i, asked for once and in order.</param>
internal sealed record NoiseSource(Tensor Initial, Func<int, Tensor> OfStep)
{
    /// <summary>Noise from a generator for each row; see <see cref="RowNoise"/>.</summary>
    public static NoiseSource Of(IReadOnlyList<Generator> generators, long[] rowShape, Device device) =>
        new(RowNoise.Draw(generators, rowShape, device), _ => RowNoise.Draw(generators, rowShape, device));

    /// <summary>Noise that is given.</summary>
    public static NoiseSource Of(WalkNoise noise, Device device) => new(
        noise.Initial.to(float32).to(device), step => noise.Steps![step].to(float32).to(device));
}
