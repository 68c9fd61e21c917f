namespace Tango2.Audio;

/// <summary>A clip of any length as CLAP with fusion hears it.</summary>
/// <param name="Mel">[4, T, F], dB: the whole clip shrunk to T frames, then its front, middle and back.</param>
/// <param name="Longer">Whether the clip is longer than the window; if not, all four are the same.</param>
public sealed record FusedMel(Tensor Mel, bool Longer);
