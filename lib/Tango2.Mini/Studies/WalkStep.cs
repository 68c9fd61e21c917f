namespace Tango2.Studies;

/// <summary>A moment of the walk from noise to latents.</summary>
/// <param name="Timestep">t, from 999 (noise) to 0.</param>
/// <param name="PredictedOriginal">What the network takes the clean latents to be, [1, 8, T, F].</param>
public sealed record WalkStep(int Timestep, Tensor PredictedOriginal);
