using Tango2.Models;

namespace Tango2.Tests.Parity;

/// <summary>AudioLDM's autoencoder: encoding, the posterior, scaling and decoding.</summary>
internal static class VaeParity
{
    public static void Run(ParityFixture f, Comparison c)
    {
        using var gradients = no_grad();
        var model = Networks.Vae(f.Config, f.Weights());
        if (f.InputOrNull("mel") is { } mel) Encode(model, f, c, mel);
        c.Maybe("decode", () => model.Decode(f.Input("latent")));
        c.Maybe("decode_first_stage", () => model.DecodeLatents(f.Input("latent")));
        c.Maybe("logvar_clamp.logvar", () => Posterior.FromMoments(f.Input("logvar_clamp.moments")).LogVar);
    }

    private static void Encode(AutoencoderKL model, ParityFixture f, Comparison c, Tensor mel)
    {
        var seen = Taps.On(model, ["encoder", "quant_conv"]);
        var posterior = model.Encode(mel);
        c.Maybe("encoder", () => seen["encoder"]);
        c.Maybe("moments", () => seen["quant_conv"]);
        c.Maybe("mean", () => posterior.Mean);
        c.Maybe("logvar", () => posterior.LogVar);
        c.Maybe("std", () => (0.5 * posterior.LogVar).exp());
        c.Maybe("kl", posterior.Kl);
        c.Maybe("latent_scaled", Latents);
        c.Maybe("decode_of_latent_scaled", () => model.DecodeLatents(Latents()));

        Tensor Latents() => posterior.Sample(f.Input("posterior_noise")) * model.Config.ScaleFactor;
    }
}
