namespace Tango2.Preferences;

/// <summary>How the losing clip of a pair came about; the numbers are the paper's (section 4.1.1).</summary>
public enum Strategy
{
    /// <summary>1.1: same prompt, another number of denoising steps.</summary>
    DenoisingSteps,

    /// <summary>1.2: same prompt and steps, another sample.</summary>
    Samples,

    /// <summary>2: a perturbed prompt.</summary>
    Perturbed,

    /// <summary>3: a prompt whose events are reordered, dropped or replaced.</summary>
    TemporallyPerturbed,
}
