using Tango2.Audio;
using Tango2.Models;

namespace Tango2.Benchmarks.Cases;

/// <summary>The networks and the batch of a preference step.</summary>
/// <param name="UNet">Policy and reference.</param>
/// <param name="Vae">Sound to latents.</param>
/// <param name="Text">Prompts to states.</param>
/// <param name="Mel">Length and spectrogram of a clip.</param>
/// <param name="Pairs">Winners in a batch, and as many losers.</param>
/// <param name="Tokens">Length of a prompt.</param>
/// <param name="Beta">The DPO temperature.</param>
internal sealed record PreferenceSizes(
    UNet2DConditionConfig UNet, AutoencoderKLConfig Vae, T5Config Text, MelConfig Mel, int Pairs, long Tokens,
    double Beta);
