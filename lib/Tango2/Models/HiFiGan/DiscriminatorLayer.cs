namespace Tango2.Models;

/// <summary>One convolution of a discriminator.</summary>
/// <param name="Channels">Channels of its output.</param>
/// <param name="Kernel">Samples that it sees.</param>
/// <param name="Stride">By how much it shortens its input.</param>
/// <param name="Groups">Groups of channels that do not see each other; 1 in the period discriminators.</param>
public sealed record DiscriminatorLayer(int Channels, int Kernel, int Stride = 1, int Groups = 1);
