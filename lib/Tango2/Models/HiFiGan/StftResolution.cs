namespace Tango2.Models;

/// <summary>One resolution of a spectrogram.</summary>
/// <param name="FftSize">Samples of a Fourier transform.</param>
/// <param name="Hop">Samples between frames.</param>
/// <param name="Window">Samples of the Hann window, at most <paramref name="FftSize"/>.</param>
public sealed record StftResolution(int FftSize, int Hop, int Window);
