namespace Tango2.Models;

/// <summary>The two parts of a spectral loss, each a scalar averaged over resolutions.</summary>
/// <param name="Convergence">Spectral convergence: ‖|Y| − |X|‖ / ‖|Y|‖.</param>
/// <param name="LogMagnitude">mean |log |Y| − log |X||.</param>
public sealed record SpectralTerms(Tensor Convergence, Tensor LogMagnitude);
