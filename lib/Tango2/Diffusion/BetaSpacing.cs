namespace Tango2.Diffusion;

/// <summary>How the variances of a noise schedule lie between the first and the last.</summary>
public enum BetaSpacing
{
    /// <summary>Their square roots are evenly spaced: Stable Diffusion's, and Tango's.</summary>
    ScaledLinear,

    /// <summary>They are evenly spaced: DDPM's.</summary>
    Linear,
}
