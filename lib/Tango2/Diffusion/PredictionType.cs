namespace Tango2.Diffusion;

/// <summary>What a denoising network's output means.</summary>
public enum PredictionType
{
    /// <summary>The noise ε in the noisy latents.</summary>
    Epsilon,

    /// <summary>The velocity v = √ᾱ·ε − √(1−ᾱ)·z_0, as the published network predicts.</summary>
    Velocity,
}
