using Tango2.Models;

namespace Tango2.Mini.Lab;

/// <summary>Sends clips through autoencoder and vocoder, so that judges know the sound of generated clips.</summary>
/// <param name="models">The weights.</param>
internal sealed class Revoicer(MiniModels models)
{
    private readonly AutoencoderKL _vae = models.Vae();
    private readonly HiFiGanGenerator _vocoder = models.Vocoder();

    /// <summary>[B, N] to [B, N], every clip revoiced.</summary>
    public Tensor All(Tensor waveforms)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var parts = waveforms.split(32).Select(part =>
            _vocoder.Vocode(_vae.Decode(_vae.Encode(VaeStage.Mel(part)).Mode)));
        return cat([.. parts]).narrow(1, 0, waveforms.shape[1]).MoveToOuterDisposeScope();
    }
}
