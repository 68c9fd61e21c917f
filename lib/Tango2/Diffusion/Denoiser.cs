namespace Tango2.Diffusion;

/// <summary>A denoising network with its text and guidance filled in.</summary>
/// <param name="noisyLatents">z_t, [B, C, T, F].</param>
/// <param name="timesteps">t of each row, [B], int64.</param>
/// <returns>The prediction, [B, C, T, F], which the sampler disposes.</returns>
public delegate Tensor Denoiser(Tensor noisyLatents, Tensor timesteps);
